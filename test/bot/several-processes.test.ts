import assert from 'node:assert/strict';

import type { BotHarness } from '../support/bot-harness';
import { ANNA, type Answer, LUKAS, messageActivity, postedOf } from '../support/chat';
import { engines, type EngineUnderTest } from '../support/databases';
import { deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import type { Checkpoint } from '../support/mortal';
import { SharedOffice } from '../support/shared-office';

/** When a process is taken for gone. */
const LEASE_MS = 30_001;

function at(when: Checkpoint['when'], call: string): (checkpoint: Checkpoint) => boolean {
  return (checkpoint) => checkpoint.when === when && checkpoint.call === call;
}

/** The message is on the screen of whoever asked: their client looks whether it is still so. */
async function look(bot: BotHarness, office: SharedOffice, id: string): Promise<Answer> {
  const { action } = postedOf(office.chat.showing(id) ?? {}).card?.refresh as { action: object };
  const { text, entities, ...envelope } = messageActivity('', { id: bot.nextId() });
  assert.ok(text !== undefined && entities !== undefined);
  const value = { action: { ...action, trigger: 'automatic' } };
  return bot.invoke({ ...envelope, type: 'invoke', name: 'adaptiveCard/action', replyToId: id, value });
}

describe('several processes', () => {
  for (const { name, newHome } of engines) {
    describe(`on ${name}`, function () {
      this.timeout(20_000);
      let office: SharedOffice;

      beforeEach(async () => {
        office = await SharedOffice.open({ name, newHome });
      });

      afterEach(async () => {
        await office.close();
      });

      /** Says it to a process that is killed, and starts the next one. */
      const killed = async (
        words: string,
        endsAt: (checkpoint: Checkpoint) => boolean,
        meanwhile = async (): Promise<void> => Promise.resolve(),
      ): Promise<BotHarness> => {
        const { bot, life } = await office.start(endsAt);
        bot.say(words, { id: 'm-1' }).catch(() => undefined); // whoever delivered it hears nothing any more
        await life.ended;
        await meanwhile();
        return (await office.start()).bot;
      };

      /** One meeting, and one message, which has its join link. */
      const assertDone = (): void => {
        assert.equal(office.server.meetings.size, 1);
        assert.equal(office.messages.size, 1, [...office.messages.values()].join('\n'));
        assert.match(
          [...office.messages.values()].join(),
          /Your meeting is ready.*https:\/\/meet\.contoso\.com\/confer\/NEW00001/u,
        );
      };

      it('F-01: do a command once whose process was killed before it was written down', async () => {
        const next = await killed('new Retro', at('before', 'journal.accept'));

        await next.say('new Retro', { id: 'm-1' });

        assertDone();
        assert.equal(office.server.count('create'), 1);
      });

      it('F-02: do a command once whose process was killed before it said that it was written down', async () => {
        const next = await killed('new Retro', at('after', 'journal.accept'));

        await next.say('new Retro', { id: 'm-1' });
        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
        assert.equal(office.server.count('create'), 1);
      });

      it('F-03: post the card once that was about to be posted', async () => {
        const next = await killed('new Retro', at('before', 'chat.post'));

        assert.equal(office.messages.size, 0);
        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
      });

      it('F-04: go on with the card that was posted when somebody sees it', async () => {
        const next = await killed('new Retro', at('after', 'chat.post'));
        const [id = ''] = office.messages.keys();

        await look(next, office, id);
        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
      });

      it('F-04: remove the second card when somebody sees the first', async () => {
        const next = await killed('new Retro', at('after', 'chat.post'));
        const [id = ''] = office.messages.keys();
        office.aheadMs += LEASE_MS;
        await next.idle();
        const before = office.messages.size;

        await look(next, office, id);
        await next.idle();

        assert.equal(before, 2);
        assertDone();
      });

      it('F-05: tell of a meeting that was made by a process that was killed', async () => {
        const next = await killed('new Retro', at('after', 'server.create'));

        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
        assert.equal(office.server.count('create'), 1);
      });

      it('F-05: turn the card that says it is under way into the one with the join link', async () => {
        const shown = deferred();
        office.server.beforeNext('create', async () => {
          while (office.messages.size === 0) await new Promise(setImmediate);
          shown.resolve(undefined);
        });
        const next = await killed('new Retro', at('after', 'server.create'));
        await shown.promise;
        assert.match([...office.messages.values()].join(), /I am working on it/u);

        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
        assert.equal(office.server.count('create'), 1);
      });

      it('F-06: update a card again of which it was not written down that it shows the end', async () => {
        office.server.beforeNext('create', async () => {
          while (office.messages.size === 0) await new Promise(setImmediate);
        });
        const next = await killed('new Retro', at('after', 'chat.update'));
        const before = [...office.messages.values()];

        office.aheadMs += LEASE_MS;
        await next.idle();

        assertDone();
        assert.deepEqual([...office.messages.values()], before);
      });

      it('A-41: say nothing wrong when one takes its own work again, whose lease is over', async () => {
        const { bot } = await office.start();
        const held = deferred();
        office.server.beforeNext('create', async () => {
          await held.promise;
        });
        void bot.say('new Retro', { id: 'm-1' });
        while (office.server.count('create') === 0) await new Promise(setImmediate);

        office.aheadMs += LEASE_MS;
        const idle = bot.idle();
        while (bot.log.of('command').length < 2) await new Promise(setImmediate);
        held.resolve(undefined);
        await idle;
        office.aheadMs += LEASE_MS;
        await bot.idle();

        assertDone();
        assert.equal(office.server.count('create'), 1);
      });

      for (const call of ['server.create', 'chat.post']) {
        it(`F-37: make no second meeting when the database lost all that was written since, after ${call}`, async () => {
          const next = await killed('new Retro', at('after', call), async () => {
            office.aheadMs += LEASE_MS;
            await office.loseCommits();
          });
          const [id] = office.messages.keys();

          await next.idle();
          if (id !== undefined) await look(next, office, id);
          await next.idle();

          assertDone();
          assert.equal(office.server.count('create'), 1);
        });
      }

      it('A-28: do once what is clicked fifty times at once', async () => {
        office = await reopened(office, { name, newHome });
        const [one, other] = [(await office.start()).bot, (await office.start()).bot];
        const question = await one.ask('cancel IB88RLLY', { place: 'groupChat' });

        const clicks = Array.from({ length: 50 }, async (_, index) => {
          const as = {
            ...ANNA,
            id: `29:${String(index)}`,
            aadObjectId: `a0000000-0000-0000-0000-0000000001${String(index).padStart(2, '0')}`,
          };
          return (index % 2 === 0 ? one : other).click(question, 'Yes, cancel it', {
            as,
            id: `click-${String(index)}`,
          });
        });
        await Promise.all(clicks);

        assert.equal(office.server.count('remove'), 1);
        const answers = office.chat.events.filter(({ activity }) => activity.type === 'invokeResponse');
        assert.equal(answers.length, 50);
        for (const { activity } of answers) assert.match(JSON.stringify(activity.value), /Cancelled on|Cancelled/u);
      });

      it('F-34: tell both who press a button in the same moment who it was', async () => {
        office = await reopened(office, { name, newHome });
        const [one, other] = [(await office.start()).bot, (await office.start()).bot];
        const question = await one.ask('cancel IB88RLLY', { place: 'groupChat' });

        await Promise.all([
          one.click(question, 'Yes, cancel it', { as: ANNA, id: 'click-1' }),
          other.click(question, 'Yes, cancel it', { as: LUKAS, id: 'click-2' }),
        ]);

        assert.equal(office.server.count('remove'), 1);
        const answers = office.chat.events
          .filter(({ activity }) => activity.type === 'invokeResponse')
          .map(({ activity }) => JSON.stringify(activity.value));
        const whom = answers.map((answer) => /Anna Berger|Lukas Hoff/u.exec(answer)?.[0]);
        assert.equal(whom.length, 2);
        assert.ok(whom[0] !== undefined && whom[0] === whom[1], answers.join('\n'));
      });

      it('F-34: tell whoever pressed how things are when another process ended it before they could hear', async () => {
        office = await reopened(office, { name, newHome });
        const [one, other] = [(await office.start()).bot, (await office.start()).bot];
        const question = await one.ask('cancel IB88RLLY', { place: 'groupChat' });
        const journal = one.journal.whileSlow();

        const pressed = one.click(question, 'Yes, cancel it', { as: ANNA });
        await journal.accepted;
        while ((await other.journal.find(await journal.accepted))?.step !== 'ended') await other.idle();
        journal.goOn();
        const { card, text } = await pressed;

        assert.equal(office.server.count('remove'), 1);
        assert.match(`${JSON.stringify(card)} ${text ?? ''}`, /Cancelled.*Anna Berger/u);
      });
    });
  }
});

/** The same on a server that has a meeting. */
async function reopened(office: SharedOffice, engine: EngineUnderTest): Promise<SharedOffice> {
  await office.close();
  return SharedOffice.open(engine, new FakeGateway(meeting()));
}
