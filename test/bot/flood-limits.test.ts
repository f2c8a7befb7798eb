import assert from 'node:assert/strict';

import { FloodLimits, type FloodSettings } from '../../src/bot/flood-limits';
import type { Quotas } from '../../src/shared/quotas';
import { BotHarness, type HarnessParts } from '../support/bot-harness';
import { ANNA, LUKAS, messageActivity, type Posted } from '../support/chat';
import { engines } from '../support/databases';
import { MemoryQuotas } from '../support/memory-quotas';
import { RecordingAdapter } from '../support/recording-adapter';
import { RecordingLogger } from '../support/recording-logger';
import { RecordingMetrics } from '../support/recording-metrics';
import { SharedStore } from '../support/replicas';

const USUAL: FloodSettings = { perPerson: 20, perConversation: 60 };
const NOTICE = 'That is a lot at once. Please give me a minute.';

type Someone = typeof ANNA;

/** Somebody of a big company. */
function employee(number: number): Someone {
  const digits = String(number).padStart(12, '0');
  return { id: `29:${digits}`, aadObjectId: `b0000000-0000-0000-0000-${digits}`, name: `Employee ${digits}` };
}

/** A bot, or one of several, with limits in front of it. */
class Stage {
  readonly log = new RecordingLogger();
  readonly metrics = new RecordingMetrics();
  readonly bot: BotHarness;
  nowMs = 0;

  constructor(quotas: Quotas, { limits = USUAL, ...parts }: HarnessParts & { limits?: FloodSettings } = {}) {
    const { log, metrics } = this;
    const now = (): number => this.nowMs;
    const floods = new FloodLimits({ quotas, key: Buffer.alloc(32), limits, now, log, metrics });
    this.bot = new BotHarness({ ...parts, floods });
  }
}

/** How many answers and notices there are. */
function heard({ events }: RecordingAdapter): { answers: number; notices: number } {
  const messages = events.filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message');
  const notices = messages.filter(({ activity }) => activity.text === NOTICE).length;
  return { answers: messages.length - notices, notices };
}

describe('FloodLimits', function () {
  this.timeout(30_000);

  for (const { name, newHome } of engines) {
    describe(`of two bots over one store on ${name}`, () => {
      let shared: SharedStore;
      let chat: RecordingAdapter;
      let bots: readonly [BotHarness, BotHarness];

      beforeEach(async () => {
        shared = await SharedStore.open(newHome);
        chat = new RecordingAdapter();
        const [one, other] = shared.replicas.map(
          ({ quotas, journal, store }) => new Stage(quotas, { journal, store, adapter: chat }).bot,
        );
        assert.ok(one !== undefined && other !== undefined);
        bots = [one, other];
      });

      afterEach(async () => {
        await Promise.all(bots.map(async (bot) => bot.stop()));
        await shared.close();
      });

      /** Somebody says something to one of the bots, as a balancer sends it. */
      const say = async (number: number, as: Someone, over: object = {}): Promise<void> => {
        const message = messageActivity('help', { id: `m-${String(number)}`, as, ...over });
        await bots[number % 2 === 0 ? 0 : 1].deliver(message);
      };

      const taken = async (): Promise<number> => {
        const rows = await shared.replicas[0].database.db.selectFrom('inbox').selectAll().execute();
        return rows.length;
      };

      it('A-33: does twenty of a thousand commands of one person in a minute, and says once that it is too much', async () => {
        for (let count = 0; count < 1000; count += 20) {
          await Promise.all(Array.from({ length: 20 }, async (_, index) => say(count + index, ANNA)));
        }

        assert.deepEqual(heard(chat), { answers: 20, notices: 1 });
        assert.equal(await taken(), 20);
      });

      it('A-33: does sixty commands a minute of a group of five hundred, and says once that it is too much', async () => {
        for (let count = 0; count < 500; count += 20) {
          await Promise.all(
            Array.from({ length: 20 }, async (_, index) =>
              say(count + index, employee(count + index), { place: 'groupChat' }),
            ),
          );
        }

        assert.deepEqual(heard(chat), { answers: 60, notices: 1 });
        assert.equal(await taken(), 60);
      });

      it('A-33, P-33: lets nobody wait or starve beside somebody who floods the same group', async () => {
        const waits: number[] = [];
        for (let count = 0; count < 400; count += 20) {
          const flood = Array.from({ length: 20 }, async (_, index) =>
            say(count + index, ANNA, { place: 'groupChat' }),
          );
          const startedAt = performance.now();
          if (count < 300) await say(10_000 + count, LUKAS, { place: 'groupChat', id: `honest-${String(count)}` });
          waits.push(performance.now() - startedAt);
          await Promise.all(flood);
        }

        const honest = chat.events.filter(({ activity }) => activity.replyToId?.startsWith('honest-') === true);
        const answered = honest.filter(({ activity }) => activity.type === 'message' && activity.text !== NOTICE);
        assert.equal(answered.length, 15);
        assert.equal(heard(chat).answers, 35);
        assert.ok(Math.max(...waits) < 5000, waits.join());
      });

      it('A-33: does not count a message that is delivered again, nor answer it twice', async () => {
        for (let count = 0; count < 15; count += 1) {
          const message = messageActivity('help', { id: `again-${String(count)}` });
          await Promise.all([bots[0].deliver(message), bots[1].deliver(message)]);
          await bots[1].deliver(message);
        }

        assert.deepEqual(heard(chat), { answers: 15, notices: 0 });
      });
    });
  }

  describe('in front of a bot', () => {
    let nowMs: number;
    let quotas: MemoryQuotas;

    beforeEach(() => {
      nowMs = 0;
      quotas = new MemoryQuotas(() => nowMs);
    });

    function stageWith(limits: FloodSettings = USUAL, parts: HarnessParts = {}): Stage {
      return new Stage(quotas, { limits, ...parts });
    }

    /** Says something so often. */
    async function say(stage: Stage, times: number, over: object = {}): Promise<Posted[]> {
      const all: Posted[] = [];
      for (let time = 0; time < times; time += 1) all.push(...(await stage.bot.say('help', over)));
      return all;
    }

    it('A-33: tells every click that is too much, beside the card, and posts nothing', async () => {
      const stage = stageWith({ perPerson: 3, perConversation: 60 });
      const help = await stage.bot.ask('help');

      const answers = [];
      for (let time = 0; time < 4; time += 1) answers.push(await stage.bot.click(help, 'My meetings'));

      assert.deepEqual(
        answers.map(({ text }) => text === NOTICE),
        [false, false, true, true],
      );
      assert.deepEqual(heard(stage.bot.adapter), { answers: 3, notices: 0 });
      assert.equal(stage.metrics.counts['confer_flood_refusals_total scope=person'], 2);
    });

    it('begins anew after a minute, and says so again then', async () => {
      const stage = stageWith({ perPerson: 2, perConversation: 0 });
      await say(stage, 5);
      stage.nowMs = nowMs = 59_999;
      await say(stage, 1);
      const before = heard(stage.bot.adapter);
      stage.nowMs = nowMs = 60_000;
      await say(stage, 5);

      assert.deepEqual(before, { answers: 2, notices: 1 });
      assert.deepEqual(heard(stage.bot.adapter), { answers: 4, notices: 2 });
    });

    it('counts all threads of a channel together, and each chat for itself', async () => {
      const stage = stageWith({ perPerson: 0, perConversation: 2 });
      await say(stage, 1, { place: 'channel', thread: '1' });
      await say(stage, 1, { place: 'channel', thread: '2' });
      const [third] = await say(stage, 1, { place: 'channel', thread: '3' });
      const elsewhere = await say(stage, 2);

      assert.equal(third?.text, NOTICE);
      assert.ok(elsewhere.every(({ text }) => text !== NOTICE));
    });

    it('asks the database no more about somebody who is known to be too much', async () => {
      const stage = stageWith({ perPerson: 2, perConversation: 60 });
      await say(stage, 50);

      assert.equal(quotas.asked, 3);
    });

    it('lets cards report that they are seen by a limit of their own', async () => {
      const stage = stageWith({ perPerson: 2, perConversation: 3 });
      const statuses = new Set<number>();
      for (let time = 0; time < 40; time += 1) statuses.add((await stage.bot.invoke(receipt(stage.bot))).status);
      const [answer] = await stage.bot.say('help');

      assert.deepEqual([...statuses], [200]);
      assert.notEqual(answer?.text, NOTICE);
      assert.equal(stage.metrics.counts['confer_flood_refusals_total scope=receipts'], 20);
      assert.equal(stage.metrics.counts['confer_flood_refusals_total scope=person'], undefined);
    });

    it('counts nothing where both limits are switched off', async () => {
      const stage = stageWith({ perPerson: 0, perConversation: 0 });
      await say(stage, 100);

      assert.deepEqual([heard(stage.bot.adapter).answers, quotas.asked], [100, 0]);
    });

    it('leaves to the bot what happens while the database is away', async () => {
      const stage = stageWith();
      quotas.isAway = true;
      const [answer] = await say(stage, 1);
      stage.bot.journal.isAway = true;
      const refused = await stage.bot.deliver(messageActivity('help', { id: 'x' })).catch((error: unknown) => error);

      assert.notEqual(answer?.text, NOTICE);
      assert.doesNotMatch(JSON.stringify(refused), /That is a lot/u);
    });

    it('lets nobody wait for a database that does not count', async () => {
      const silent: Quotas = {
        take: async () => new Promise(() => undefined),
        forgetOver: async () => Promise.resolve(),
      };
      const { bot } = new Stage(silent);
      const startedAt = performance.now();

      const answers = await bot.say('help');

      assert.equal(answers.length, 1);
      assert.ok(performance.now() - startedAt < 1000);
    });

    it('counts by digests: neither people nor conversations are in the keys', async () => {
      await say(stageWith(), 1);

      assert.equal(quotas.keys.size, 2);
      for (const key of quotas.keys) assert.match(key, /^[0-9A-Z]{20}$/u);
    });

    it('heeds no activity that asks for nothing', async () => {
      const stage = stageWith({ perPerson: 1, perConversation: 1 });
      for (let time = 0; time < 5; time += 1) {
        await stage.bot.deliver({ ...messageActivity('', { id: `r-${String(time)}` }), type: 'messageReaction' });
      }

      assert.equal(quotas.asked, 0);
    });
  });
});

/** What Teams sends by itself when a card comes onto a screen. */
function receipt(bot: BotHarness): object {
  const { text, entities, ...envelope } = messageActivity('', { id: bot.nextId() });
  assert.ok(text !== undefined && entities !== undefined);
  const action = {
    type: 'Action.Execute',
    verb: 'operation.refresh',
    data: { operation: 'OP', verb: 'operation.refresh' },
  };
  return { ...envelope, type: 'invoke', name: 'adaptiveCard/action', replyToId: 'card-1', value: { action } };
}
