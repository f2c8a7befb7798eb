import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { BotHarness } from '../support/bot-harness';
import { allWords, buttonOf, choicesOf } from '../support/card-reading';
import { PLACES } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { conferenceUri, liveMeeting, meeting } from '../support/meetings';

const OWN = conferenceUri('IB88RLLY');
const FOREIGN = 'sip:eva@fabrikam.com;gruu;opaque=app:conf:focus:id:FOREIGN1';
const LINK = 'https://meet.contoso.com/eva/FOREIGN1';

/** Everything that names the one meeting of the account. */
const NAMES = [
  'https://meet.contoso.com/confer/IB88RLLY',
  '<https://meet.contoso.com/confer/IB88RLLY>',
  OWN,
  `conf:${OWN}?conversation-id=x`,
  '12983487',
  '1298 3487',
  'IB88RLLY',
  'ib88rlly',
  '#1',
  '1',
  'Quarterly sales numbers',
  '"quarterly sales"',
  '“sales”',
] as const;

/** A bot with one meeting of ours and one of Eva's. */
function twoMeetings(): BotHarness {
  const bot = new BotHarness({ gateway: new FakeGateway(meeting()) });
  const theirs = liveMeeting({ id: 'FOREIGN1', subject: 'Theirs', organizerName: 'Eva Ruiz', conferenceUri: FOREIGN });
  bot.gateway.foreign.set(FOREIGN, theirs);
  bot.gateway.pages.set(LINK, FOREIGN);
  return bot;
}

describe('join', () => {
  for (const place of PLACES) {
    it(`posts the card of the meeting behind a link in a ${place} conversation, and leaves again`, async () => {
      const bot = twoMeetings();

      const { card, chat } = await bot.ask(`join ${LINK}`, { place, thread: 'root-7' });

      assert.ok(card);
      assert.match(allWords(card), /Theirs \| Organizer \| Eva Ruiz/u);
      assert.equal(buttonOf(card, 'Join').url, 'https://meet.contoso.com/confer/FOREIGN1');
      assert.equal(bot.gateway.attendances[0]?.left, 1);
      assert.equal(chat.place, place);
    });
  }

  for (const words of NAMES) {
    it(`finds a meeting by ${words}`, async () => {
      const bot = twoMeetings();
      await bot.ask('list');

      const { card } = await bot.ask(`join ${words}`);

      assert.match(allWords(card ?? {}), /Quarterly sales numbers/u);
      assert.deepEqual(bot.gateway.inputs('join'), [OWN]);
    });
  }

  it('finds a meeting by a link that Teams made clickable', async () => {
    const bot = twoMeetings();

    await bot.ask(`join <a href="${LINK}" title="x">${LINK}</a>`);

    assert.deepEqual(bot.gateway.inputs('resolveJoinUrl'), [LINK]);
  });

  for (const link of [
    'https://meet.evil.example/eva/FOREIGN1',
    'http://169.254.169.254/latest/meta-data',
    'https://meet.contoso.com.evil.example/x',
  ]) {
    it(`asks nobody about a link of another host: ${link}`, async () => {
      const bot = twoMeetings();

      const { text } = await bot.ask(`join ${link}`);

      assert.match(text ?? '', /I do not know the meeting address/u);
      assert.deepEqual(bot.gateway.calls, []);
    });
  }

  for (const trouble of ['a page that does not answer', 'a host that is not configured'] as const) {
    it(`knows a link it posted itself, in spite of ${trouble}`, async () => {
      const bot = new BotHarness();
      const posted = await bot.ask('new Retro');
      const { url } = buttonOf(posted.card ?? {}, 'Join');
      if (trouble.startsWith('a host')) bot.gateway.meetHosts = [];
      else bot.gateway.failNext('resolveJoinUrl', new MeetingProblem('server.unreachable'));

      const { card } = await bot.ask(`join ${String(url)}`);

      assert.match(allWords(card ?? {}), /Retro/u);
      assert.deepEqual(bot.gateway.inputs('join'), [conferenceUri('NEW00001')]);
    });
  }

  it('lets a person choose when several meetings fit, and joins the chosen one', async () => {
    const bot = new BotHarness({
      gateway: new FakeGateway(meeting({ id: 'AAA', subject: 'Sales 1' }), meeting({ id: 'BBB', subject: 'Sales 2' })),
    });

    const choice = await bot.ask('join sales');
    const answer = await bot.click(choice, 'Join this one', { inputs: { meetingId: 'BBB' } });

    assert.deepEqual(choicesOf(choice.card ?? {}, 'meetingId'), ['AAA', 'BBB']);
    assert.deepEqual(bot.gateway.inputs('join'), [conferenceUri('BBB')]);
    assert.match(allWords(answer.card ?? {}), /Sales 2/u);
  });

  it('says that a lobby keeps people waiting', async () => {
    const bot = twoMeetings();
    bot.gateway.inLobby = true;

    const { card } = await bot.ask(`join ${LINK}`);

    assert.match(allWords(card ?? {}), /The meeting has a lobby/u);
  });

  it('knows the meeting again that showed nothing of itself in its lobby', async () => {
    const bot = twoMeetings();
    const hidden = liveMeeting({ id: '', subject: '', conferenceUri: undefined, joinUrl: undefined });
    bot.gateway.foreign.set(FOREIGN, hidden);

    const { card } = await bot.ask(`join ${LINK}`);

    assert.equal(buttonOf(card ?? {}, 'Join').url, LINK);
    assert.equal((await bot.store.findRecord('FOREIGN1'))?.conferenceUri, FOREIGN);
  });

  it('goes on waiting in a meeting it has started itself', async () => {
    const gateway = new FakeGateway();
    gateway.companyIsThere = false;
    const bot = new BotHarness({ gateway });
    await bot.ask('start Retro');

    const { card } = await bot.ask('join last');

    assert.match(allWords(card ?? {}), /Retro/u);
    assert.equal(gateway.count('join'), 0);
    assert.equal(bot.attendances.size, 1);
    await bot.attendances.leaveAll();
  });

  it('leaves again also when the time of the turn is over', async () => {
    const bot = twoMeetings();
    bot.gateway.beforeNext('join', () => {
      bot.stopping.abort(new TypeError('stopping'));
    });

    await bot.say(`join ${LINK}`);

    assert.equal(bot.gateway.attendances[0]?.left, 1);
  });

  it('shows the words the company wants to be read before joining', async () => {
    const bot = twoMeetings();
    bot.gateway.foreign.set(FOREIGN, liveMeeting({ disclaimer: 'Recorded for training' }));

    const { card } = await bot.ask(`join ${FOREIGN}`);

    assert.match(allWords(card ?? {}), /Recorded for training/u);
  });

  it('posts the link that was pasted when the meeting names none', async () => {
    const bot = twoMeetings();
    bot.gateway.foreign.set(FOREIGN, liveMeeting({ joinUrl: undefined }));

    const { card } = await bot.ask(`join ${LINK}`);

    assert.equal(buttonOf(card ?? {}, 'Join').url, LINK);
  });

  it('does not make whoever joined its creator', async () => {
    const bot = twoMeetings();

    const { card } = await bot.ask(`join ${LINK}`);

    assert.doesNotMatch(allWords(card ?? {}), /Asked for by/u);
  });

  const failures = [
    { problem: 'join.refused', words: /did not let me in/u },
    { problem: 'join.full', words: /That meeting is full/u },
    { problem: 'join.ended', words: /That meeting is over/u },
    { problem: 'meeting.gone', words: /no longer exists/u },
  ] as const;
  for (const { problem, words } of failures) {
    it(`explains ${problem}`, async () => {
      const bot = twoMeetings();
      bot.gateway.failNext('join', new MeetingProblem(problem));

      const { text } = await bot.ask(`join ${LINK}`);

      assert.match(text ?? '', words);
    });
  }

  it('explains that there is no meeting behind a link', async () => {
    const bot = twoMeetings();

    const { text } = await bot.ask('join https://meet.contoso.com/nobody/NOTHING1');

    assert.match(text ?? '', /There is no meeting behind that/u);
  });

  for (const words of ['99999999', 'No such thing', '#7', 'last']) {
    it(`cannot find a meeting for ${words}`, async () => {
      const bot = twoMeetings();

      const { text } = await bot.ask(`join ${words}`);

      assert.match(text ?? '', /I cannot find a meeting for/u);
      assert.equal(bot.gateway.count('join'), 0);
    });
  }

  it('finds again by number and name what was joined before and is in no list', async () => {
    const bot = twoMeetings();
    await bot.ask(`join ${LINK}`);

    await bot.ask('join 55512345');
    await bot.ask('join theirs');

    assert.deepEqual(bot.gateway.inputs('join'), [FOREIGN, FOREIGN, FOREIGN]);
  });
});
