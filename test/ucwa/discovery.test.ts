import assert from 'node:assert/strict';

import { UcwaDiscoveryError, UcwaTransportError } from '../../src/ucwa';
import type { HttpAnswer } from '../../src/ucwa/answer';
import type { Connection } from '../../src/ucwa/connection';
import { discoverUser, DiscoveryTrail } from '../../src/ucwa/discovery';
import { trustRules } from '../../src/ucwa/href';
import type { UcwaServer } from '../../src/ucwa/options';
import { RetryBudget } from '../../src/ucwa/politeness/retry-budget';
import type { HttpRequest, Transport } from '../../src/ucwa/transport';

import { anySignal, FastClock } from './support/pool';

type Says = { readonly location: string } | { readonly links: Record<string, { readonly href: string }> };

const own: UcwaServer = { kind: 'domain', sipDomain: 'contoso.com' };
const external = 'https://lyncdiscover.contoso.com/';
const found = { links: { user: { href: 'https://pool.contoso.com/user' } } };

/** Discovery against hosts that say something; every other one is not there. Tells what was asked, and how it ended. */
async function discover(
  says: Readonly<Record<string, Says>>,
  server: UcwaServer = own,
): Promise<{ asked: string[]; sent: HttpRequest[]; end: unknown }> {
  const sent: HttpRequest[] = [];
  const clock = new FastClock();
  const transport: Pick<Transport, 'send' | 'budgetOf'> = {
    send: async (request) => {
      sent.push(request);
      const said = says[request.url.href];
      if (said !== undefined) return Promise.resolve(answerOf(request, said));
      const failure = { kind: 'dns', ambiguous: false, networkCode: 'ENOTFOUND' } as const;
      return Promise.reject(new UcwaTransportError('GET', failure));
    },
    budgetOf: () => new RetryBudget(clock.now),
  };
  const connection: Connection = { transport: transport as Transport, trust: trustRules({ server }), clock, hooks: {} };
  const end = await discoverUser({ connection, server, trail: new DiscoveryTrail() }, anySignal())
    .then(({ href }) => href)
    .catch((error: unknown) => error);
  return { asked: [...new Set(sent.map(({ url }) => url.href))], sent, end };
}

function answerOf({ method, url }: HttpRequest, says: Says): HttpAnswer {
  const at = { method, url, sentAt: 0, receivedAt: 0 };
  return 'location' in says
    ? { ...at, status: 302, headers: { location: says.location }, text: '' }
    : {
        ...at,
        status: 200,
        headers: { 'content-type': 'application/json' },
        text: JSON.stringify({ _links: says.links }),
      };
}

/** Where a redirect must not lead, and what discovery says of it. */
const traps = [
  ['a foreign domain', 'https://lyncdiscover.evil.example/'],
  ['a domain that ends like ours', 'https://lyncdiscover.evilcontoso.com/'],
  ['plain http of our own host', 'http://lyncdiscover.contoso.com/'],
  ['plain http of our own domain', 'http://pool.contoso.com/'],
  ['the metadata of a cloud machine', 'http://169.254.169.254/latest/meta-data/'],
  ['the same by https', 'https://169.254.169.254/'],
  ['this machine', 'https://127.0.0.1/'],
  ['this machine by name', 'https://localhost/'],
  ['this machine in IPv6', 'https://[::1]/'],
  ['this machine as a number', 'https://2130706433/'],
  ['a port of its own choosing', 'https://lyncdiscover.contoso.com:8443/'],
  ['somebody with a user name', 'https://lyncdiscover.contoso.com@evil.example/'],
  ['ourselves with a user name', 'https://anna:pass@lyncdiscover.contoso.com/'],
  ['another scheme', 'ftp://lyncdiscover.contoso.com/'],
  ['inline data', 'data:application/json,{}'],
] as const;

describe('Discovery', () => {
  for (const [name, location] of traps) {
    for (const [how, says] of [
      ['is redirected', { location }],
      ['is linked on', { links: { redirect: { href: location } } }],
      ['gets its user link', { links: { user: { href: location } } }],
    ] as const) {
      it(`A-13: asks nobody when it ${how} to ${name}`, async () => {
        const { asked, end } = await discover({ [external]: says, [location]: found });

        assert.ok(end instanceof Error, String(end));
        assert.deepEqual(asked, ['https://lyncdiscoverinternal.contoso.com/', external]);
      });
    }
  }

  it('A-13: follows five redirects of its own domain, and no sixth', async () => {
    const hop = (n: number): string => `https://hop${String(n)}.contoso.com/`;
    const hops = (count: number): Record<string, Says> => ({
      [external]: { location: hop(1) },
      ...Object.fromEntries(Array.from({ length: count }, (_, n) => [hop(n + 1), { location: hop(n + 2) }])),
      [hop(count + 1)]: found,
    });

    const five = await discover(hops(4));
    const six = await discover(hops(5));
    const fifty = await discover(hops(50));

    assert.equal(five.end, 'https://pool.contoso.com/user');
    for (const { end, sent } of [six, fifty]) {
      assert.ok(end instanceof UcwaDiscoveryError);
      assert.equal(sent.filter(({ url }) => url.hostname.startsWith('hop')).length, 5);
    }
  });

  it('A-13: ends in a circle of redirects after one round', async () => {
    const other = 'https://other.contoso.com/';

    const { end, sent } = await discover({ [external]: { location: other }, [other]: { location: external } });

    assert.ok(end instanceof UcwaDiscoveryError);
    assert.equal(sent.filter(({ url }) => url.href === external).length, 1);
  });

  it('A-13: sends no credentials on its way', async () => {
    const { sent } = await discover({
      [external]: { location: 'https://a.contoso.com/' },
      'https://a.contoso.com/': found,
    });

    for (const { body, headers } of sent) assert.deepEqual([body, headers], [undefined, undefined]);
  });

  it('A-14: does not use a server that answers plain http alone', async () => {
    const plain = { 'http://lyncdiscover.contoso.com/': found, 'http://lyncdiscoverinternal.contoso.com/': found };

    const { asked, end } = await discover(plain);

    assert.ok(end instanceof UcwaDiscoveryError);
    assert.deepEqual(asked, ['https://lyncdiscoverinternal.contoso.com/', external]);
  });

  it('A-14: takes from plain http, where that is allowed, nothing but the way to https', async () => {
    const server = { ...own, allowHttpDiscovery: true } as const;
    const at = 'http://lyncdiscoverinternal.contoso.com/';

    const good = await discover({ [at]: found }, server);
    const user = await discover({ [at]: { links: { user: { href: 'http://pool.contoso.com/user' } } } }, server);
    const root = await discover({ [at]: { links: { redirect: { href: 'http://pool.contoso.com/' } } } }, server);
    const back = await discover(
      { [at]: { location: external }, [external]: { location: 'http://pool.contoso.com/' } },
      server,
    );

    assert.equal(good.end, 'https://pool.contoso.com/user');
    for (const { end, asked } of [user, root, back]) {
      assert.ok(end instanceof Error, String(end));
      assert.ok(!asked.includes('http://pool.contoso.com/'));
    }
  });
});
