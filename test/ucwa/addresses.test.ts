import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, isIP, type LookupFunction, type Server } from 'node:net';

import { createUcwaAccount, type PasswordCredentials, UcwaDiscoveryError, UcwaTransportError } from '../../src/ucwa';
import { type AddressLookup, guardedLookup } from '../../src/ucwa/addresses';
import { Transport } from '../../src/ucwa/transport';

import { annab, anySignal } from './support/pool';

/** A DNS that answers with these lists in turn, the last one for ever. */
function dns(...answers: readonly (readonly string[])[]): AddressLookup {
  const left = [...answers];
  return (_hostname, _options, callback) => {
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  };
}

async function resolve(lookup: LookupFunction, hostname = 'pool.contoso.com'): Promise<unknown> {
  return new Promise((done) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      done(error === null ? addresses : error.code);
    });
  });
}

const REFUSED = 'ADDRESS_NOT_ALLOWED';

describe('Addresses of servers', () => {
  let server: Server;
  let port: number;
  let connections: number;

  beforeEach(async () => {
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    server.close();
  });

  for (const address of [
    ...['127.0.0.1', '127.8.9.10', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255', '100.100.100.200'],
    ...['::', '::1', 'fe80::1', 'ff02::1', 'fd00:ec2::254', '::ffff:127.0.0.1', '::ffff:169.254.169.254'],
  ]) {
    it(`A-18: are never ${address}`, async () => {
      assert.equal(await resolve(guardedLookup([], dns([address]))), REFUSED);
    });
  }

  it('may be of a network of the company, and are passed on as DNS gives them', async () => {
    const lookup = guardedLookup([], dns(['10.1.2.3', '192.168.0.4', 'fd12::5', '20.30.40.50']));

    assert.deepEqual(await resolve(lookup), [
      { address: '10.1.2.3', family: 4 },
      { address: '192.168.0.4', family: 4 },
      { address: 'fd12::5', family: 6 },
      { address: '20.30.40.50', family: 4 },
    ]);
  });

  it('A-18: are used as far as they are allowed when DNS mixes them', async () => {
    const lookup = guardedLookup([], dns(['127.0.0.1', '10.1.2.3', '169.254.169.254']));

    assert.deepEqual(await resolve(lookup), [{ address: '10.1.2.3', family: 4 }]);
  });

  it('are what the administrator allows besides', async () => {
    const lookup = guardedLookup(['127.0.1.0/24', 'fd00:ec2::254'], dns(['127.0.1.1', '127.0.0.1', 'fd00:ec2::254']));

    assert.deepEqual(await resolve(lookup), [
      { address: '127.0.1.1', family: 4 },
      { address: 'fd00:ec2::254', family: 6 },
    ]);
  });

  it('are of this machine for names of this machine', async () => {
    const lookup = guardedLookup([], dns(['127.0.0.1']));

    assert.deepEqual(await resolve(lookup, 'localhost'), [{ address: '127.0.0.1', family: 4 }]);
    assert.deepEqual(await resolve(lookup, 'sip.localhost'), [{ address: '127.0.0.1', family: 4 }]);
    assert.equal(await resolve(lookup, 'localhost.contoso.com'), REFUSED);
  });

  it('pass the errors of DNS on', async () => {
    const failing: AddressLookup = (_hostname, _options, callback) => {
      callback(Object.assign(new RangeError('no such name'), { code: 'ENOTFOUND' }), []);
    };

    assert.equal(await resolve(guardedLookup([], failing)), 'ENOTFOUND');
  });

  it('A-18: are checked for each connection anew, and what is checked is connected to', async () => {
    const lookup = guardedLookup([`127.0.0.1`], dns(['127.0.0.1'], ['127.0.0.2']));
    const first = connect({ host: 'pool.contoso.com', port, lookup });
    await once(first, 'close');

    const second = connect({ host: 'pool.contoso.com', port, lookup });
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException];

    assert.deepEqual([error.code, connections], [REFUSED, 1]);
  });

  for (const scheme of ['http', 'https']) {
    it(`A-18: that flip to this machine get no packet over ${scheme}, and say why`, async () => {
      const url = new URL(`${scheme}://pool.contoso.com:${String(port)}/`);
      const transport = new Transport({ lookup: dns(['127.0.0.1']) }, 'Confer/1.0');
      try {
        await assert.rejects(transport.send({ method: 'POST', url, body: 'SECRET' }, anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaTransportError);
          assert.deepEqual([error.kind, error.networkCode, error.ambiguous], ['dns', REFUSED, false]);
          return true;
        });
      } finally {
        transport.close();
      }

      assert.equal(connections, 0);
    });
  }

  it('A-18: keep credentials at home when discovery is led to this machine', async () => {
    let asked = 0;
    const credentials: PasswordCredentials = {
      ...annab,
      password: async () => {
        asked += 1;
        return Promise.resolve('SECRET');
      },
    };
    const account = createUcwaAccount({
      server: { kind: 'root', rootUrl: `https://pool.contoso.com:${String(port)}/` },
      credentials,
      application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-1', culture: 'en-US' },
      lookup: dns(['127.0.0.1']),
      limits: { breakerFailures: 100 },
      clock: { now: Date.now, sleep: async () => Promise.resolve() },
    });

    await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
      assert.ok(error instanceof UcwaDiscoveryError);
      assert.equal(error.attempts[0]?.networkCode, REFUSED);
      return true;
    });
    await account.close(anySignal());

    assert.deepEqual([asked, connections], [0, 0]);
  });
});
