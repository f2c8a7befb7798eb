import assert from 'node:assert/strict';

import { LocalChat } from '../support/local-chat';
import { RunningConfer } from '../support/running-confer';

/** One fault of the simulator. */
interface Fault {
  readonly match: { readonly method?: string; readonly path?: string };
  readonly times: number;
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  readonly cut?: 'before' | 'after';
}

const REFERENCE = /Reference [2-9A-Z]{4}-[2-9A-Z]{4}$/u;
const MEETINGS = { path: '/onlineMeetings/myOnlineMeetings$' };

const ucwa = (status: number, code: string, subcode?: string): Partial<Fault> => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ code, subcode, message: 'SERVER WORDS', debugInfo: { errorReportId: 'SERVER WORDS' } }),
});

/** The rows of the synchronous-error tables, and what people read. */
const ANSWERS: readonly (readonly [string, string, Partial<Fault>, RegExp])[] = [
  ['new X', 'POST', ucwa(409, 'Conflict', 'TooManyOnlineMeetings'), /as many meetings as your server allows/u],
  ['new X', 'POST', ucwa(409, 'Conflict', 'AlreadyExists'), /collides with something it already has/u],
  ['new X', 'POST', ucwa(409, 'Conflict', 'None'), /collides with something it already has/u],
  ['new X', 'POST', ucwa(403, 'Forbidden'), /does not allow that/u],
  ['new X', 'POST', ucwa(400, 'BadRequest', 'ParameterValidationFailure'), /did not accept one of the values/u],
  ['list', 'GET', ucwa(500, 'ServiceFailure', 'InvalidExchangeServerVersion'), /does not offer that to the account/u],
  ['list', 'GET', ucwa(410, 'Gone', 'CannotRedirect'), /no other one takes its place/u],
  ['list', 'GET', { status: 502, contentType: 'text/html', body: '<h1>PROXY WORDS</h1>' }, /Something other than/u],
  ['list', 'GET', { status: 200, contentType: 'text/html', body: '<h1>PROXY WORDS</h1>' }, /Something other than/u],
];

const CASES = ANSWERS.map(([words, method, fault, sentence]) => {
  const subcode = /"subcode":"(\w+)"/u.exec(fault.body ?? '')?.[1] ?? fault.contentType ?? '';
  const said = `${method} answered ${String(fault.status)} ${subcode}`;
  return { title: `at the server (${said}) becomes a sentence with a next step`, words, method, fault, sentence };
});

describe('what goes wrong', function () {
  this.timeout(60_000);

  let confer: RunningConfer;
  let chat: LocalChat;

  before(async () => {
    confer = await RunningConfer.start({ UCWA_REQUEST_TIMEOUT_SECONDS: '1' });
    chat = new LocalChat(confer.page);
    await chat.say('list', 'meetings');
  });

  after(async () => {
    await RunningConfer.stopAll();
  });

  afterEach(async () => {
    await confer.control('DELETE', '/_sim/faults');
  });

  const fail = async (fault: Fault): Promise<void> => {
    await confer.control('POST', '/_sim/faults', fault);
  };

  const subjects = async (): Promise<string[]> => {
    const state = (await confer.control('GET', '/_sim/state')) as { meetings: { subject: string }[] };
    return state.meetings.map(({ subject }) => subject);
  };

  for (const { title, words, method, fault, sentence } of CASES) {
    it(title, async () => {
      const before = await subjects();
      await fail({ match: { method, ...MEETINGS }, times: 20, ...fault });

      const answer = await chat.say(words, 'Reference');

      assert.match(answer.text, sentence);
      assert.match(answer.text, REFERENCE);
      assert.doesNotMatch(JSON.stringify(answer), /SERVER WORDS|PROXY WORDS|127\.0\.0\.1|cwt=/u);
      assert.deepEqual(await subjects(), before);
    });
  }

  it('at a slow server ends in time', async () => {
    await fail({ match: { method: 'GET', ...MEETINGS }, times: 20, delayMs: 20_000 });

    const answer = await chat.say('list', 'Reference');

    assert.match(answer.text, /takes too long to answer/u);
  });

  it('F-08: after the server made the meeting does not make a second one', async () => {
    await fail({ match: { method: 'POST', ...MEETINGS }, times: 1, cut: 'after' });

    await chat.say('new Cut off', 'Cut off');

    assert.equal((await subjects()).filter((subject) => subject === 'Cut off').length, 1);
  });

  it('with a link that leads nowhere says so', async () => {
    const link = new URL('/meet/confer/NOPE1234', confer.server).href;

    const answer = await chat.say(`join ${link}`, 'Reference');

    assert.match(answer.text, /There is no meeting behind that/u);
  });

  it('with a conference that is gone says so', async () => {
    const uri = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:NOPE1234';

    const answer = await chat.say(`join ${uri}`, 'Reference');

    assert.match(answer.text, /no longer exists/u);
  });

  it('F-11: with a wrong password is asked of the server once, however often people try', async () => {
    const other = await RunningConfer.start({
      UCWA_ROOT_URL: confer.server,
      UCWA_SIP_DOMAIN: 'contoso.com',
      UCWA_USERNAME: 'confer@contoso.com',
      UCWA_PASSWORD: 'not-the-password',
    });
    const wrong = new LocalChat(other.page);

    const first = await wrong.say('list', 'Reference');
    const second = await wrong.say('new X', 'Reference');
    await other.stop();

    for (const { text } of [first, second]) assert.match(text, /did not accept the account I work with/u);
    assert.doesNotMatch(other.lines.join('\n'), /not-the-password/u);
    const requests = (await confer.control('GET', '/_sim/requests')) as { path: string; status: number }[];
    const refused = requests.filter(({ path, status }) => path.includes('oauthtoken') && status === 400);
    assert.equal(refused.length, 1);
  });

  it('F-17: with no server at all is said plainly within seconds, and tried on', async () => {
    const alone = await RunningConfer.start({
      UCWA_ROOT_URL: 'http://127.0.0.1:9/',
      UCWA_USERNAME: 'confer@contoso.com',
      UCWA_PASSWORD: 'secret',
    });

    const answer = await new LocalChat(alone.page).say('start Hello', 'I keep trying until');
    await alone.stop();

    assert.match(JSON.stringify(answer.attachments), /server is not available right now.*Stop trying/u);
  });
});
