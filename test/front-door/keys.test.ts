import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

import { tidyMemory } from '../support/memory';

import { DoorHarness } from './door-harness';
import { KeyServer } from './key-server';
import { CONNECTOR_KEY, NOW, TestKey } from './tokens';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const ROLLED_KEY = new TestKey('connector-2');
const SHORT_KEY = new TestKey('short', 1024);

const CURVE_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

/** Ways for the endpoint to be down. */
const DOWN = (
  [
    ['answers 503', { status: 503 }],
    ['hangs', 'hang'],
    ['breaks the connection', 'reset'],
    ['never ends', 'endless'],
    ['answers with a web page', { text: '<html>Sign in</html>' }],
    ['sends people elsewhere', { status: 302, location: 'https://evil.example/keys' }],
  ] as const
).map(([title, answer]) => ({ title, answer: answer }));

/** Metadata that must not be followed. */
const FOREIGN_METADATA = (
  [
    ['keys of another host', { jwks_uri: 'https://evil.example/keys' }],
    ['keys of another port', { jwks_uri: 'http://127.0.0.1:1/keys' }],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['keys in itself', { jwks_uri: 'data:application/json,{}' }],
    ['no keys', {}],
    ['keys that are no address', { jwks_uri: ['x'] }],
    ['nothing', null],
  ] as const
).map(([title, json]) => ({ title, json }));

/** Key documents that hold nothing of use. */
const USELESS_KEYS = [
  {
    title: 'a curve',
    json: { keys: [{ ...CURVE_KEY, kid: CONNECTOR_KEY.id, use: 'sig', endorsements: ['msteams'] }] },
  },
  { title: 'a short key', json: { keys: [SHORT_KEY.entry({ kid: CONNECTOR_KEY.id })] } },
  { title: 'a key for encryption', json: { keys: [CONNECTOR_KEY.entry({ use: 'enc' })] } },
  { title: 'a key of another algorithm', json: { keys: [CONNECTOR_KEY.entry({ alg: 'RS512' })] } },
  { title: 'a key without a name', json: { keys: [CONNECTOR_KEY.entry({ kid: undefined })] } },
  { title: 'a key that is none', json: { keys: [CONNECTOR_KEY.entry({ n: 'AQAB' }), null, 5] } },
  { title: 'no list', json: { keys: {} } },
  { title: 'an empty list', json: { keys: [] } },
] as const;

describe('the keys of the Bot Connector', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start();
  });

  afterEach(async () => {
    await door.stop();
  });

  function later(ms: number): void {
    door.now = new Date(door.now.getTime() + ms);
  }

  /** Status of an activity with a good token of this key. */
  async function knock(key = CONNECTOR_KEY): Promise<number> {
    const { status } = await door.knock({ authorization: [door.bearer({ key })] });
    return status;
  }

  it('K6 are fetched once for 50 activities that come at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => knock()));

    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.deepEqual(door.keyServer.requests, ['/v1/.well-known/openidconfiguration', '/keys']);
  });

  it('are fetched again after a day, and nobody waits for it', async () => {
    await knock();
    later(DAY_MS + 1);
    door.keyServer.keys = 'hang';

    const before = Date.now();
    const status = await knock();

    assert.equal(status, 200);
    assert.ok(Date.now() - before < 900);
    while (door.keyServer.keyRequests < 2) await turn();
  });

  for (const { title, answer } of DOWN) {
    it(`F-39: go on being used for a week while their endpoint ${title}`, async () => {
      await knock();
      door.keyServer.keys = answer;
      const statuses: number[] = [];
      for (const hours of [24, 48, 72, 144]) {
        door.now = new Date(NOW.getTime() + hours * HOUR_MS);
        statuses.push(await knock());
      }
      later(DAY_MS + HOUR_MS);
      statuses.push(await knock());

      assert.deepEqual(statuses, [200, 200, 200, 200, 503]);
      assert.equal(door.keys.usable, false);
    });
  }

  it('P-06 are not waited for any longer when garbage is collected meanwhile', async () => {
    await knock();
    later(DAY_MS + 1);
    door.keyServer.keys = 'hang';
    await knock();
    while (door.log.of('keys.notFetched').length === 0) {
      tidyMemory();
      await turn();
    }

    assert.equal(door.log.of('keys.notFetched')[0]?.fields.reason, 'no answer in time');
  });

  it('F-39: are fetched for a key nobody knew, at most a minute later', async () => {
    const keysAfter = { json: { keys: [CONNECTOR_KEY.entry(), ROLLED_KEY.entry()] } };

    const statuses = [await knock()];
    door.keyServer.keys = keysAfter;
    statuses.push(await knock(ROLLED_KEY));
    later(60_000);
    statuses.push(await knock(ROLLED_KEY), await knock());

    assert.deepEqual(statuses, [200, 401, 200, 200]);
    assert.equal(door.keyServer.keyRequests, 2);
  });

  it('F-39: are not believed any more when the new document has them no longer', async () => {
    await knock();
    door.keyServer.keys = { json: { keys: [ROLLED_KEY.entry()] } };
    later(61_000);

    assert.deepEqual([await knock(ROLLED_KEY), await knock()], [200, 401]);
  });

  it('cannot be had: then nobody is let in, and the next attempt is soon', async () => {
    door.keyServer.keys = { status: 503 };
    const first = await door.say();
    const second = await door.say();
    door.keyServer.keys = { json: { keys: [CONNECTOR_KEY.entry()] } };
    later(5000);
    const third = await door.say();

    assert.deepEqual([first.status, first.text, second.status], [503, '{"code":"KeysUnavailable"}', 503]);
    assert.equal(third.status, 200);
    assert.equal(door.keyServer.keyRequests, 2);
  });

  it('are asked for again after the clock was set back', async () => {
    door.keyServer.keys = { status: 503 };
    await knock();
    door.keyServer.keys = { json: { keys: [CONNECTOR_KEY.entry()] } };
    later(-HOUR_MS);

    assert.equal(await knock(), 200);
  });

  for (const { title, json } of FOREIGN_METADATA) {
    it(`A-40: stay what they are when the metadata names ${title}`, async () => {
      await knock();
      later(DAY_MS + 1);
      door.keyServer.metadata = { json };
      await knock();
      later(60_000);

      assert.equal(await knock(), 200);
      assert.equal(door.keyServer.keyRequests, 1);
    });
  }

  it('A-40: are not fetched from another place that has some, whatever the metadata names', async () => {
    const elsewhere = await KeyServer.start();
    elsewhere.keys = { json: { keys: [ROLLED_KEY.entry()] } };
    try {
      door.keyServer.metadata = { json: { jwks_uri: `${elsewhere.origin}/keys` } };
      const status = await knock(ROLLED_KEY);

      assert.deepEqual([status, elsewhere.requests], [503, []]);
    } finally {
      await elsewhere.stop();
    }
  });

  for (const { title, json } of USELESS_KEYS) {
    it(`A-40: stay what they are when the document has ${title}`, async () => {
      await knock();
      later(61_000);
      door.keyServer.keys = { json };
      // An unknown key makes it look now, and wait.
      const unknown = await knock(ROLLED_KEY);

      assert.deepEqual([unknown, await knock(), door.keyServer.keyRequests], [401, 200, 2]);
    });
  }

  it('A-40: stay what they are when the document has 10 MB', async () => {
    await knock();
    later(61_000);
    door.keyServer.keys = { text: JSON.stringify({ keys: [ROLLED_KEY.entry()] }).padEnd(10 * 1024 * 1024) };

    assert.deepEqual([await knock(ROLLED_KEY), await knock()], [401, 200]);
  });

  it('A-40: leave out what cannot be used, and take the rest', async () => {
    door.keyServer.keys = { json: { keys: [null, CURVE_KEY, SHORT_KEY.entry(), CONNECTOR_KEY.entry()] } };

    assert.deepEqual([await knock(), await knock(SHORT_KEY)], [200, 401]);
  });

  it('say in the log why they could not be fetched, without what was answered', async () => {
    door.keyServer.keys = { text: 'secret-page' };
    await knock();

    assert.deepEqual(
      door.log.of('keys.notFetched').map(({ fields }) => fields.reason),
      ['the key document is no JSON'],
    );
    assert.doesNotMatch(JSON.stringify(door.log.records), /secret-page/u);
  });
});
