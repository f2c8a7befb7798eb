import assert from 'node:assert/strict';

import type { Activity, TurnContext } from 'botbuilder';
import { type ClaimsIdentity, ServiceClientCredentialsFactory } from 'botframework-connector';

import { ConferAdapter } from '../../src/bot/confer-adapter';
import { NotTakenError } from '../../src/bot/late-messages';
import { FakeConnector } from '../support/fake-connector';
import { RecordingLogger } from '../support/recording-logger';

const APP_ID = '11111111-2222-3333-4444-555555555555';
const ISSUER = 'https://api.botframework.com';

/** The credentials of the bot without a directory. */
class NoTokens extends ServiceClientCredentialsFactory {
  /** Whom tokens were asked for. */
  readonly audiences: unknown[] = [];
  readonly #appId: string;

  constructor(appId: string) {
    super();
    this.#appId = appId;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return Promise.resolve(appId === this.#appId);
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(this.#appId === '');
  }

  override async createCredentials(_appId: string, audience: string | undefined) {
    this.audiences.push(audience);
    return Promise.resolve({ signRequest: async <Request>(request: Request) => Promise.resolve(request) });
  }
}

const FAILURES = ([500, 502, 503, 'reset'] as const).map((failure) => ({ title: String(failure), failure }));

/** What a careless client may send; the SDK would refuse to answer it. */
const WRONG_TYPES = [
  { id: 12_345 },
  { id: {} },
  { locale: 5 },
  { channelId: 7 },
  { replyToId: [] },
  { recipient: 'x' },
  { recipient: { id: 5 } },
  { from: { id: '29:a', name: 7, role: {} } },
  { conversation: { id: 'a:1', name: 5, tenantId: 7, isGroup: 'x' } },
].map((over) => ({ title: JSON.stringify(over), over }));

describe('ConferAdapter', () => {
  let connector: FakeConnector;
  let log: RecordingLogger;

  beforeEach(async () => {
    log = new RecordingLogger();
    connector = await FakeConnector.start();
  });

  afterEach(async () => {
    await connector.stop();
  });

  function adapterFor(appId: string): ConferAdapter {
    return new ConferAdapter({ credentials: new NoTokens(appId), appId, connector: ISSUER, log });
  }

  it('speaks where an activity came from, after its turn', async () => {
    await adapterFor('').speakAt(connector.activity() as unknown as Activity, async (context) => {
      await context.sendActivity('here I am again');
    });

    assert.equal(connector.posted[0]?.text, 'here I am again');
    assert.match(connector.requests[0] ?? '', /^POST \/v3\/conversations\/a(?::|%3A)1\/activities/u);
  });

  it('F-35: has what was not taken delivered again, and says nothing in the chat', async () => {
    const adapter = adapterFor('');

    const received = await adapter.receive(connector.activity(), { kind: 'local' }, async () =>
      Promise.reject(new NotTakenError('not written down in time')),
    );

    assert.deepEqual([received.status, received.body], [503, { code: 'NotTaken' }]);
    assert.deepEqual(connector.posted, []);
  });

  it('finds the token service of the Bot Framework outside turns', async () => {
    const client: object = await adapterFor(APP_ID).userTokenClient();

    assert.deepEqual(
      { ...client, client: (client as { client: { baseUri: string } }).client.baseUri },
      { appId: APP_ID, client: 'https://api.botframework.com' },
    );
  });

  async function receive(onTurn: (context: TurnContext) => Promise<void>, over: object = {}) {
    return adapterFor('').receive({ ...connector.activity(), ...over }, { kind: 'local' }, onTurn);
  }

  it('runs the turn and answers 200', async () => {
    const seen: string[] = [];

    const received = await receive(async ({ activity }) => {
      seen.push(activity.text);
      return Promise.resolve();
    });

    assert.deepEqual([received.status, seen], [200, ['help']]);
  });

  it('posts a message once', async () => {
    const ids: (string | undefined)[] = [];

    await receive(async (context) => {
      ids.push((await context.sendActivity('hello'))?.id);
    });

    assert.deepEqual(connector.requests, ['POST /v3/conversations/a%3A1/activities/m-1']);
    assert.deepEqual(ids, ['posted-1']);
  });

  for (const { title, over } of WRONG_TYPES) {
    it(`can answer an activity with ${title}`, async () => {
      const { status } = await receive(async (context) => {
        await context.sendActivity('hello');
      }, over);

      assert.deepEqual([status, connector.requests.length], [200, 1]);
    });
  }

  for (const { title, failure } of FAILURES) {
    it(`does not repeat a message whose posting ended with ${title}: it may be there`, async () => {
      connector.fail(failure, 1);
      const failures: unknown[] = [];

      await receive(async (context) => {
        await context.sendActivity('hello').catch((error: unknown) => failures.push(error));
      });

      assert.equal(connector.requests.length, 1);
      assert.equal(failures.length, 1);
    });
  }

  for (const status of ['429', '412']) {
    it(`sends again what the connector refused with ${status}, at most twice`, async () => {
      connector.fail(Number(status), 2);
      connector.retryAfter = '0';

      await receive(async (context) => {
        await context.sendActivity('hello');
      });

      assert.deepEqual([connector.requests.length, connector.posted.length], [3, 1]);
    });
  }

  it('gives up when the connector refuses a third time', async () => {
    connector.fail(429, 9);
    connector.retryAfter = '0';

    await receive(async (context) => {
      await context.sendActivity('hello').catch(() => undefined);
    });

    assert.equal(connector.requests.length, 3);
  });

  it('calls again on the connection that is there', async () => {
    connector.keepConnections(30);

    await receive(async (context) => {
      await context.sendActivity('one');
      await context.sendActivity('two');
    });

    assert.deepEqual([connector.posted.length, connector.connections], [2, 1]);
  });

  it('closes an idle connection before the other side does', async () => {
    connector.keepConnections(2);

    await receive(async (context) => {
      await context.sendActivity('one');
    });

    assert.equal(await connector.connectionClosed(), 'bot');
  });

  it('tells who speaks outside a turn that a posting failed, and apologises to nobody', async () => {
    connector.fail(500, 1);
    const activity = connector.activity() as unknown as Activity;

    const speaking = adapterFor('').speakAt(activity, async (context) => {
      await context.sendActivity('hello');
    });

    await assert.rejects(speaking, { statusCode: 500 });
    assert.equal(connector.requests.length, 1);
  });

  it('does not repeat an update either', async () => {
    connector.fail(500, 1);

    await receive(async (context) => {
      await context.updateActivity({ id: 'x', type: 'message', text: 'new' }).catch(() => undefined);
    });

    assert.deepEqual(connector.requests, ['PUT /v3/conversations/a%3A1/activities/x']);
  });

  it('gives every call to the Bot Connector a time limit', async () => {
    const limits: unknown[] = [];

    await receive(async (context) => {
      const client = context.turnState.get<{ client: { pipeline: { getOrderedPolicies(): { name: string }[] } } }>(
        context.adapter.ConnectorClientKey,
      );
      limits.push(...client.client.pipeline.getOrderedPolicies().map(({ name }) => name));
      return Promise.resolve();
    });

    assert.ok(limits.includes('confer-limits'), limits.join());
    assert.deepEqual(
      ['defaultRetryPolicy', 'redirectPolicy'].filter((name) => limits.includes(name)),
      [],
    );
  });

  it('apologises when the turn crashed, with a reference and without the reason', async () => {
    const received = await receive(async () => Promise.reject(new TypeError('secret detail')));

    assert.equal(received.status, 200);
    const [message] = connector.posted;
    assert.match(String(message?.text), /That did not work[\s\S]*Reference [2-9A-Z-]{9}$/u);
    assert.doesNotMatch(String(message?.text), /secret/u);
    assert.match(String(log.of('turn.crashed')[0]?.fields.stack), /secret detail/u);
  });

  it('stays up when even the apology cannot be posted', async () => {
    connector.fail(500, 2);

    const received = await receive(async () => Promise.reject(new TypeError('x')));

    assert.equal(received.status, 200);
    assert.equal(log.of('apology.failed').length, 1);
  });

  it('answers an invoke with what the bot gave', async () => {
    const received = await receive(
      async (context) => {
        await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body: { statusCode: 200 } } });
      },
      { type: 'invoke', name: 'adaptiveCard/action', value: {} },
    );

    assert.deepEqual([received.status, received.body], [200, { statusCode: 200 }]);
    assert.deepEqual(connector.requests, []);
  });

  it('reads dates where the wire has text, and leaves out what is none', async () => {
    const dates: unknown[] = [];

    await receive(
      async ({ activity }) => {
        dates.push(activity.timestamp, activity.localTimestamp);
        return Promise.resolve();
      },
      { timestamp: '2026-06-01T09:00:00Z', localTimestamp: 'yesterday' },
    );

    assert.deepEqual(dates, [new Date('2026-06-01T09:00:00Z'), undefined]);
  });

  it('answers as the app the token was made for, to a caller that was verified', async () => {
    const seen: unknown[] = [];
    const { serviceUrl } = connector.activity();

    await adapterFor(APP_ID).receive(
      connector.activity(),
      { kind: 'connector', appId: APP_ID, issuer: ISSUER, serviceUrl: String(serviceUrl) },
      async (context) => {
        seen.push(context.turnState.get<ClaimsIdentity>(context.adapter.BotIdentityKey).getClaimValue('aud'));
        await context.sendActivity('hello');
      },
    );

    assert.deepEqual([seen, connector.posted.length], [[APP_ID], 1]);
  });

  it('sends tokens for the Bot Connector of its own cloud', async () => {
    const credentials = new NoTokens(APP_ID);
    const government = new ConferAdapter({ credentials, appId: APP_ID, connector: 'https://api.botframework.us', log });
    const caller = { kind: 'connector', appId: APP_ID, issuer: 'x', serviceUrl: 'x' } as const;

    await government.receive(connector.activity(), caller, async () => Promise.resolve());
    await government.continueConversationAsync(APP_ID, connector.activity(), async () => Promise.resolve());

    assert.deepEqual(new Set(credentials.audiences), new Set(['https://api.botframework.us']));
  });

  it('has no check of its own that could believe a token', async () => {
    const adapter = adapterFor(APP_ID);
    let turns = 0;

    const tried = adapter.processActivityDirect(
      'Bearer x.y.z',
      connector.activity() as unknown as Activity,
      async () => {
        turns += 1;
        return Promise.resolve();
      },
    );

    await assert.rejects(tried, /tokens are checked in src\/http/u);
    assert.equal(turns, 0);
  });
});
