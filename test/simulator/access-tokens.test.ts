import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { SimulatorOptions, TrustedIssuer } from '../../src/simulator';

import { type Answer, Client, type Json, Pool, send, text } from './client';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { privateKey: nextKey, publicKey: nextPublicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const issuer = 'https://sts.example.net/';
const anna = 'anna.berg@contoso.com';
const allScopes = 'Meetings.ReadWrite Conversations.Initiate Conversations.Receive';
const fixtures = join(__dirname, '..', 'ucwa', 'fixtures');
const tls = {
  cert: readFileSync(join(fixtures, 'loopback-certificate.pem'), 'utf8'),
  key: readFileSync(join(fixtures, 'loopback-key.pem'), 'utf8'),
};

interface Signing {
  readonly key?: KeyObject;
  readonly header?: Readonly<Record<string, unknown>>;
}

function signed(claims: Readonly<Record<string, unknown>>, { key = privateKey, header = {} }: Signing = {}): string {
  const parts = [
    { alg: 'RS256', ...header },
    { iss: issuer, exp: Date.now() / 1000 + 60, upn: anna, ...claims },
  ];
  const message = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${message}.${sign('sha256', Buffer.from(message), key).toString('base64url')}`;
}

function diagnosticsOf({ headers }: Answer): string {
  return String(headers['x-ms-diagnostics']).split(';', 1)[0] ?? '';
}

async function use(origin: string, token: string): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}` };
  return send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, { headers });
}

describe('simulator access tokens', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  describe('of an authority with a known key', () => {
    const trustedIssuer: TrustedIssuer = { issuer, key: pem };

    async function ask(claims: Readonly<Record<string, unknown>>): Promise<Answer> {
      const { origin } = await pool.start({ trustedIssuer });
      return use(origin, signed({ aud: origin, ...claims }));
    }

    it('are taken when signed with it', async () => {
      assert.equal((await ask({ upn: undefined, preferred_username: anna })).status, 200);
    });

    for (const [name, claims, code] of [
      ['of another issuer', { iss: 'https://evil.example/' }, '28055'],
      ['that begins later', { nbf: 4_000_000_000 }, '28055'],
      ['that is over', { exp: 1 }, '28056'],
      ['without an end', { exp: undefined }, '28056'],
      ['for another audience', { aud: 'https://web-b.contoso.com' }, '28077'],
      ['that names nobody', { upn: 'nobody@contoso.com' }, '28081'],
    ] as const) {
      it(`answers one ${name} with ${code}`, async () => {
        const answer = await ask(claims);

        assert.equal(answer.status, 403);
        assert.equal(diagnosticsOf(answer), code);
      });
    }

    it('are not taken without a trusted authority, nor unsigned', async () => {
      const { origin } = await pool.start();
      assert.equal(diagnosticsOf(await use(origin, signed({ aud: origin }))), '28055');
      await pool.stop();
      const other = await pool.start({ trustedIssuer });
      const [head, payload] = signed({ aud: other.origin }, { header: { alg: 'none' } }).split('.');
      assert.equal(diagnosticsOf(await use(other.origin, `${head ?? ''}.${payload ?? ''}.`)), '28055');
    });
  });

  describe('of an authority that publishes its keys', () => {
    let authority: Server;
    let published: unknown;
    let fetched: number;
    let jwksUrl: string;

    beforeEach(async () => {
      published = { keys: [jwk(publicKey, 'one')] };
      fetched = 0;
      authority = createServer(tls, (_request, response) => {
        fetched += 1;
        response.end(typeof published === 'string' ? published : JSON.stringify(published));
      });
      await new Promise<void>((resolve) => {
        authority.listen(0, '127.0.0.1', resolve);
      });
      jwksUrl = `https://localhost:${String((authority.address() as AddressInfo).port)}/keys`;
    });

    afterEach(() => {
      authority.closeAllConnections();
      authority.close();
    });

    function jwk(key: KeyObject, kid: string): object {
      return { ...key.export({ format: 'jwk' }), kid, use: 'sig' };
    }

    async function start(more: SimulatorOptions = {}): Promise<string> {
      const { origin } = await pool.start({ trustedIssuer: { issuer, jwksUrl, ca: tls.cert }, ...more });
      return origin;
    }

    it('are taken when signed with one of them, which is fetched once over TLS', async () => {
      const origin = await start();
      const token = signed({ aud: origin }, { header: { kid: 'one' } });

      const answers = await Promise.all([use(origin, token), use(origin, token)]);

      assert.deepEqual(
        [...answers, await use(origin, token)].map(({ status }) => status),
        [200, 200, 200],
      );
      assert.equal(fetched, 1);
    });

    it('follow a change of keys, without a fetch for each unknown key', async () => {
      let now = Date.now();
      const origin = await start({ clock: { now: () => now } });
      const next = signed({ aud: origin }, { header: { kid: 'two' }, key: nextKey });
      assert.equal((await use(origin, next)).status, 403);

      published = { keys: [jwk(nextPublicKey, 'two')] };
      assert.equal((await use(origin, next)).status, 403);
      assert.equal(fetched, 1);
      now += 10_000;

      assert.equal((await use(origin, next)).status, 200);
      assert.equal((await use(origin, signed({ aud: origin }, { header: { kid: 'one' } }))).status, 403);
    });

    for (const [name, header, key] of [
      ['names no key', {}, privateKey],
      ['names a key and is signed with another', { kid: 'one' }, nextKey],
      ['is signed in another way', { kid: 'one', alg: 'HS256' }, privateKey],
    ] as const) {
      it(`are not taken when one ${name}`, async () => {
        const origin = await start();

        assert.equal(diagnosticsOf(await use(origin, signed({ aud: origin }, { header, key }))), '28055');
      });
    }

    for (const document of [
      '<html>',
      '{"keys":1}',
      '{"keys":[null,{"kid":"one","kty":"RSA"},{"kid":"one","kty":"EC"}]}',
    ]) {
      it(`are not taken when ${document} is published`, async () => {
        published = document;
        const origin = await start();

        assert.equal(diagnosticsOf(await use(origin, signed({ aud: origin }, { header: { kid: 'one' } }))), '28055');
      });
    }

    it('are not taken when the server of the keys is not to be trusted', async () => {
      const origin = await start({ trustedIssuer: { issuer, jwksUrl } });

      assert.equal((await use(origin, signed({ aud: origin }, { header: { kid: 'one' } }))).status, 403);
      assert.equal(fetched, 0);
    });
  });

  describe('and what they may do', () => {
    async function application(claims: Readonly<Record<string, unknown>>, options: SimulatorOptions): Promise<Client> {
      const { origin } = await pool.start({ trustedIssuer: { issuer, key: pem }, ...options });
      const token = signed({ aud: origin, ...claims });
      const body = { userAgent: 'Test/1.0', endpointId: 'endpoint-anna', culture: 'en-US' };
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await send('POST', `${origin}/ucwa/oauth/v1/applications`, { headers, body });
      return new Client(origin, token, answer.json);
    }

    async function statuses(client: Client): Promise<Record<string, number>> {
      const communication = (rel: string): string => client.link(rel, 'communication');
      const body = { subject: 'x' };
      return {
        list: (await client.send('GET', client.meetings)).status,
        start: (await client.send('POST', communication('startOnlineMeeting'), { body })).status,
        join: (await client.join('sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:NOTHERE1')).status,
        conversations: (await client.send('GET', communication('conversations'))).status,
        me: (await client.send('GET', client.link('self', 'me'))).status,
      };
    }

    const all = { list: 200, start: 201, join: 404, conversations: 200, me: 200 };
    for (const pathStyle of ['real', 'reference'] as const) {
      for (const [scp, expected] of [
        [allScopes, all],
        ['Meetings.ReadWrite', { ...all, join: 403, conversations: 403 }],
        ['Conversations.Initiate', { ...all, list: 403, start: 403, conversations: 403 }],
        ['Conversations.Receive', { ...all, list: 403, start: 403, join: 403 }],
        ['', { ...all, list: 403, start: 403, join: 403, conversations: 403 }],
      ] as const) {
        it(`is what the scopes "${scp}" allow, in the ${pathStyle} style`, async () => {
          const client = await application({ scp }, { switches: { checkScopes: true, pathStyle } });

          assert.deepEqual(await statuses(client), expected);
        });
      }
    }

    it('is everything while scopes are not looked at', async () => {
      assert.deepEqual(await statuses(await application({}, {})), all);
    });

    it('is told as an answer of UCWA, without a challenge', async () => {
      const client = await application({ scp: 'User.ReadWrite' }, { switches: { checkScopes: true } });

      const answer = await client.send('GET', client.meetings);

      assert.equal(text(answer.json.code), 'Forbidden');
      assert.equal(answer.headers['www-authenticate'], undefined);
    });

    it('does not count for a ticket', async () => {
      await pool.start({ switches: { checkScopes: true } });

      assert.equal((await statuses(await pool.signIn('anna.berg'))).list, 200);
    });
  });

  describe('and the context they were got in', () => {
    async function ask(claims: Readonly<Record<string, unknown>>): Promise<Answer> {
      const switches = { authenticationContext: 'c1' };
      const { origin } = await pool.start({ trustedIssuer: { issuer, key: pem }, switches });
      return use(origin, signed({ aud: origin, ...claims }));
    }

    it('is demanded with a claims challenge', async () => {
      const answer = await ask({ acrs: ['c2'] });

      const challenge = String(answer.headers['www-authenticate']);
      const [, claims = ''] = /error="insufficient_claims", claims="([^"]*)"/.exec(challenge) ?? [];
      const demanded = JSON.parse(Buffer.from(claims, 'base64').toString()) as Json;
      assert.equal(answer.status, 401);
      assert.deepEqual(demanded, { access_token: { acrs: { essential: true, value: 'c1' } } });
    });

    it('is taken when it is the demanded one', async () => {
      assert.equal((await ask({ acrs: ['c2', 'c1'] })).status, 200);
    });
  });
});
