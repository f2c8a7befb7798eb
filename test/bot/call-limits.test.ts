import assert from 'node:assert/strict';

import { type Activity, type TurnContext } from 'botbuilder';
import { ServiceClientCredentialsFactory } from 'botframework-connector';

import { ConferAdapter } from '../../src/bot/confer-adapter';
import { deathOf, toPostError } from '../../src/bot/connector-errors';
import { fromTheJournal, inTheBackground, type Manner, onTheSpot } from '../../src/bot/manner';
import { PostImpossibleError, PostRefusedError } from '../../src/journal/errors';
import { FakeConnector } from '../support/fake-connector';
import { RecordingLogger } from '../support/recording-logger';
import { RecordingMetrics } from '../support/recording-metrics';

class NoTokens extends ServiceClientCredentialsFactory {
  override async isValidAppId(): Promise<boolean> {
    return Promise.resolve(true);
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(true);
  }

  override async createCredentials() {
    return Promise.resolve({ signRequest: async <Request>(request: Request) => Promise.resolve(request) });
  }
}

/** What people see and what goes out without them. */
const WORK = {
  message: async (context: TurnContext): Promise<unknown> => context.sendActivity('hello'),
  update: async (context: TurnContext): Promise<unknown> =>
    context.updateActivity({ id: 'x', type: 'message', text: 'new' }),
  deletion: async (context: TurnContext): Promise<unknown> => context.deleteActivity('x'),
};

const MANNERS: readonly { readonly who: string; readonly manner: Manner; readonly tries: number }[] = [
  { who: 'a turn', manner: onTheSpot, tries: 3 },
  { who: 'the journal', manner: fromTheJournal, tries: 1 },
  { who: 'the background', manner: inTheBackground, tries: 1 },
];

const SPEAKERS = MANNERS.flatMap((speaker) =>
  Object.entries(WORK).map(([what, work]) => ({ ...speaker, work, title: `a ${what} of ${speaker.who}` })),
);

const REFUSED = SPEAKERS.map((speaker) => ({
  ...speaker,
  title: `${speaker.title} ${speaker.tries === 1 ? 'once' : 'three times'}`,
}));

/** May have had their effect. */
const OPEN = SPEAKERS.flatMap((speaker) =>
  ([408, 500, 502, 503, 504, undefined] as const).map((status) => ({
    ...speaker,
    failure: status === undefined ? { effect: true } : { status, effect: true },
    title: `${speaker.title} once that took effect and ends with ${String(status ?? 'a broken connection')}`,
  })),
);

const FOR_GOOD = SPEAKERS.flatMap((speaker) =>
  [400, 401, 403, 404, 405, 413].map((status) => ({
    ...speaker,
    status,
    title: `sends ${speaker.title} once that is impossible: ${String(status)}`,
  })),
);

const REDIRECTS = Object.entries(WORK).flatMap(([what, work]) =>
  [301, 302, 303, 307, 308].map((status) => ({
    status,
    work,
    title: `${String(status)} of a ${what}`,
  })),
);

/** What a header says, and what is waited for before the second try. */
const WAITS = [
  { header: '1', ms: 1000 },
  { header: '0.5', ms: 500 },
  { header: '60', ms: 60_000 },
];

describe('calls to the Bot Connector', function () {
  this.timeout(10_000);

  let connector: FakeConnector;
  let metrics: RecordingMetrics;
  let adapter: ConferAdapter;
  let slept: number[];

  beforeEach(async () => {
    connector = await FakeConnector.start();
    metrics = new RecordingMetrics();
    slept = [];
    adapter = newAdapter();
  });

  afterEach(async () => {
    await connector.stop();
  });

  function newAdapter(): ConferAdapter {
    return new ConferAdapter({
      ...{
        credentials: new NoTokens(),
        appId: '',
        connector: 'https://api.botframework.com',
        log: new RecordingLogger(),
      },
      ...{ metrics, paces: allFree },
      sleep: async (ms) => {
        slept.push(ms);
        return Promise.resolve();
      },
    });
  }

  /** There is a place for everything at once: this is not about pace. */
  const allFree = {
    reserve: async () => Promise.resolve(0),
    reserveAll: async () => Promise.resolve(0),
    tryTake: async () => Promise.resolve(true),
    giveBack: async () => Promise.resolve(),
    hold: async () => Promise.resolve(),
  };

  /** @returns what it failed with; undefined when it worked. */
  const speak = async (manner: Manner, work: (context: TurnContext) => Promise<unknown>): Promise<unknown> => {
    const activity = connector.activity() as unknown as Activity;
    try {
      await adapter.speakAt(
        activity,
        async (context) => {
          await work(context);
        },
        manner,
      );
      return undefined;
    } catch (error) {
      return error;
    }
  };

  for (const { title, manner, work, tries } of REFUSED) {
    it(`F-26: sends ${title}: it was refused with 429`, async () => {
      connector.fail(429, 10);

      const failure = await speak(manner, work);

      assert.equal(connector.requests.length, tries);
      assert.ok(toPostError(failure) instanceof PostRefusedError);
    });
  }

  for (const { title, manner, work, tries } of REFUSED) {
    it(`F-27: sends ${title}: it was refused with 412`, async () => {
      connector.fail(412, 10);

      const failure = await speak(manner, work);

      assert.equal(connector.requests.length, tries);
      assert.ok(toPostError(failure) instanceof PostRefusedError);
    });
  }

  for (const { title, failure, manner, work } of OPEN) {
    it(`F-28: sends ${title}`, async () => {
      connector.fail(failure, 10);

      const known = toPostError(await speak(manner, work));

      assert.equal(connector.requests.length, 1);
      assert.ok(known instanceof Error && !(known instanceof PostRefusedError), 'it counts as not sent');
      assert.ok(!(known instanceof PostImpossibleError), 'it counts as impossible');
    });
  }

  for (const { title, status, manner, work } of FOR_GOOD) {
    it(title, async () => {
      connector.fail(status, 10);

      const failure = await speak(manner, work);

      assert.equal(connector.requests.length, 1);
      assert.ok(toPostError(failure) instanceof PostImpossibleError);
    });
  }

  for (const { title, status, work } of REDIRECTS) {
    it(`A-38: follows no redirect ${title}`, async () => {
      const elsewhere = await FakeConnector.start();
      const { serviceUrl } = elsewhere.activity();
      connector.fail({ status, headers: { location: `${String(serviceUrl)}v3/x` } }, 1);

      const failure = await speak(onTheSpot, work);
      await elsewhere.stop();

      assert.deepEqual([connector.requests.length, elsewhere.requests.length], [1, 0]);
      assert.ok(toPostError(failure) instanceof PostImpossibleError);
    });
  }

  for (const { header, ms } of WAITS) {
    it(`P-09: waits exactly as long as asked in a turn: ${header} s`, async () => {
      connector.fail({ status: 429, headers: { 'retry-after': header } }, 1);

      assert.equal(await speak(onTheSpot, WORK.message), undefined);

      assert.deepEqual([slept, connector.requests.length], [[ms], 2]);
    });
  }

  it('P-09: waits until the date that was asked for', async () => {
    const at = new Date(Date.now() + 20_000).toUTCString();
    connector.fail({ status: 429, headers: { 'retry-after': at } }, 1);

    await speak(onTheSpot, WORK.message);

    const [ms = 0] = slept;
    assert.ok(ms > 17_000 && ms <= 20_000, String(ms));
  });

  for (const header of ['-5', 'soon', '', '1e9', '0x10']) {
    it(`P-09: takes its own time when asked for nonsense: "${header}"`, async () => {
      connector.fail({ status: 429, headers: { 'retry-after': header } }, 2);

      await speak(onTheSpot, WORK.message);

      const [first = -1, second = -1] = slept;
      assert.ok(first >= 0 && first <= 1000, String(first));
      assert.ok(second >= 0 && second <= 2000, String(second));
    });
  }

  for (const header of ['3600', '999999']) {
    it(`A-39, P-09: does not wait for ${header} s: a turn gives up, the journal parks it for a minute`, async () => {
      connector.fail({ status: 429, headers: { 'retry-after': header } }, 2);

      const given = await speak(onTheSpot, WORK.message);
      const parked = await speak(fromTheJournal, WORK.message);

      assert.deepEqual([slept, connector.requests.length], [[], 2]);
      assert.ok(given instanceof Error);
      const known = toPostError(parked);
      assert.ok(known instanceof PostRefusedError);
      assert.equal(known.delayMs, 60_000);
    });
  }

  it('repeats what did not leave this machine', async () => {
    const gone = await FakeConnector.start();
    const activity = gone.activity() as unknown as Activity;
    await gone.stop();
    const said = adapter.speakAt(activity, async (context) => {
      await context.sendActivity('hello');
    });

    await assert.rejects(said);

    assert.equal(slept.length, 2);
    assert.equal(metrics.counts['confer_connector_repeats_total status=unreachable'], 2);
  });

  it('P-07: repeats at most one call in ten in the whole process, and ten at once', async () => {
    connector.fail(412, 1000);

    for (let call = 0; call < 60; call += 1) await speak(onTheSpot, WORK.update);

    const repeats = connector.requests.length - 60;
    // Ten to begin with, a tenth of what was sent, and one for every second this takes.
    assert.ok(repeats >= 10 && repeats <= 20, `${String(repeats)} repeats`);
  });

  it('P-07: has everybody come back at a moment of their own', async () => {
    const adapters = Array.from({ length: 100 }, newAdapter);

    for (const one of adapters) {
      adapter = one;
      connector.fail(412, 1);
      await speak(onTheSpot, WORK.update);
    }

    const buckets = new Map<number, number>();
    for (const ms of slept) buckets.set(Math.floor(ms / 10), (buckets.get(Math.floor(ms / 10)) ?? 0) + 1);
    assert.equal(slept.length, 100);
    // 100 over 100 buckets: by chance alone one gets ten or more once in a hundred thousand runs.
    assert.ok(Math.max(...buckets.values()) <= 9, 'they come back together');
  });

  it('P-18: sends nothing more within a turn to a conversation that is dead', async () => {
    connector.fail({ status: 403, code: 'BotNotInConversationRoster' }, 10);

    const failure = await speak(onTheSpot, async (context) => {
      await WORK.message(context).catch(() => undefined);
      await WORK.message(context);
    });

    assert.equal(connector.requests.length, 1);
    assert.equal(deathOf(failure), 'BotNotInConversationRoster');
  });

  it('does not repeat that Confer is typing', async () => {
    connector.fail(429, 2);

    await speak(onTheSpot, async (context) => context.sendActivity({ type: 'typing' }));

    assert.equal(connector.requests.length, 1);
  });
});
