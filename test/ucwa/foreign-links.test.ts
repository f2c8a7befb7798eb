import assert from 'node:assert/strict';

import { type UcwaAccount, type UcwaAccountOptions, UcwaError, UntrustedLinkError } from '../../src/ucwa';

import { annab, anySignal, type Pool, type Reply, withAccount } from './support/pool';

/** Where no link of a server may lead. */
const lures = [
  'https://evil.example/x',
  'https://127.0.0.1.evil.example/x',
  'https://127.0.0.1@evil.example/x',
  'http://evil.example/x',
  'https://169.254.169.254/latest/meta-data/',
  'javascript:alert(1)',
  'data:application/json,{}',
  'file:///etc/passwd',
] as const;

const json = (links: Readonly<Record<string, string>>, more: object = {}): Reply => ({
  json: { ...more, _links: Object.fromEntries(Object.entries(links).map(([rel, href]) => [rel, { href }])) },
});

/** How a server puts a link where the client follows one before it is signed in. */
const places: readonly (readonly [name: string, lay: (pool: Pool, href: string) => void])[] = [
  [
    'user',
    (pool, href) => {
      pool.on('GET /', json({ user: href }));
    },
  ],
  [
    'redirect of a user',
    (pool, href) => {
      pool.once('GET /user', () => pool.challenge(), json({ redirect: href }));
    },
  ],
  [
    'applications',
    (pool, href) => {
      pool.once('GET /user', () => pool.challenge(), json({ applications: href }));
    },
  ],
  [
    'self of the application',
    (pool, href) => {
      pool.on('POST /apps', { status: 201, json: { ...pool.application(), _links: { self: { href } } } });
    },
  ],
  [
    'events of the application',
    (pool, href) => {
      const application = pool.application();
      const links = { ...(application._links as object), events: { href } };
      pool.on('POST /apps', { status: 201, json: { ...application, _links: links } });
    },
  ],
];

interface Seen {
  readonly names: string[];
  readonly states: string[];
}

/** An account that finds every name at this machine, and takes note of the names it looks for. */
async function onWatchedPool(
  test: (pool: Pool, account: UcwaAccount, seen: Seen) => Promise<void>,
  changes: Partial<UcwaAccountOptions> = {},
): Promise<void> {
  const seen: Seen = { names: [], states: [] };
  const options: Partial<UcwaAccountOptions> = {
    trust: { allowedAddresses: ['127.0.0.0/8'] },
    lookup: (hostname, _options, callback) => {
      seen.names.push(hostname);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    },
    hooks: {
      onState: ({ state, reason }) => {
        seen.states.push(`${state} ${reason ?? ''}`.trim());
      },
    },
    ...changes,
  };
  await withAccount(async (pool, account) => test(pool, account, seen), options);
}

const untrusted = (error: unknown): boolean => error instanceof UntrustedLinkError;

async function until(met: () => boolean): Promise<void> {
  const signal = anySignal();
  while (!met()) {
    signal.throwIfAborted();
    await new Promise(setImmediate);
  }
}

describe('Links that lead elsewhere', () => {
  for (const [name, lay] of places) {
    for (const href of lures) {
      it(`A-16: are not followed, as ${name}: ${href}`, async () => {
        await onWatchedPool(async (pool, account, { names }) => {
          lay(pool, href);

          await assert.rejects(account.signIn(anySignal()), untrusted);

          assert.deepEqual(names, []);
        });
      });
    }
  }

  for (const href of [...lures, 'http://127.0.0.1:1/x']) {
    for (const rel of ['next', 'resume', 'resync']) {
      it(`A-16: are not followed, as ${rel}, and the session is dropped: ${href}`, async () => {
        await onWatchedPool(async (pool, account, { names, states }) => {
          await account.signIn(anySignal());
          await account.meetings.list(anySignal());
          pool.push([], { [rel]: { href } });

          await until(() => states.includes('application-lost link.untrusted'));

          assert.deepEqual([names, pool.count(`GET ${pool.app}/events`)], [[], 1]);
          await until(() => pool.count(`DELETE ${pool.app}`) === 1);
        });
      });
    }
  }

  it('A-16: are taken for paths of the server itself where they have no scheme', async () => {
    await onWatchedPool(async (pool, account, { names }) => {
      pool.on('GET /', json({ user: '//evil.example/user' }));

      await assert.rejects(account.signIn(anySignal()), UcwaError);

      assert.deepEqual(names, []);
      assert.ok(pool.count('GET /evil.example/user') > 0);
    });
  });

  it('A-16: end the session, which is made anew three times and then no more', async () => {
    await onWatchedPool(async (pool, account, { states }) => {
      const lost = (): number => states.filter((state) => state.startsWith('application-lost')).length;
      pool.on(`GET ${pool.app}/events`, json({ next: 'https://evil.example/x' }));
      let end: unknown;
      for (let round = 1; round <= 10 && end === undefined; round += 1) {
        const before = lost();
        end = await account.meetings.list(anySignal()).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (end === undefined) await until(() => lost() > before);
      }

      assert.match(String(end), /again and again/);
      assert.equal(pool.count('POST /apps'), 4);
    });
  });

  for (const href of lures) {
    it(`A-15: get no credentials as a token endpoint: ${href}`, async () => {
      let asked = 0;
      const password = async (): Promise<string> => {
        asked += 1;
        return Promise.resolve('SECRET-PASSWORD');
      };
      await onWatchedPool(
        async (pool, account, { names }) => {
          const headers = { 'www-authenticate': `MsRtcOAuth href="${href}",grant_type="password"` };
          pool.on('GET /user', { status: 401, headers });

          await assert.rejects(account.signIn(anySignal()), untrusted);

          assert.deepEqual([names, asked], [[], 0]);
        },
        { credentials: { ...annab, password } },
      );
    });
  }
});
