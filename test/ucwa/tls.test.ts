import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';

import { readCertificate, UcwaTransportError } from '../../src/ucwa';
import { Transport } from '../../src/ucwa/transport';

import { anySignal } from './support/pool';

const read = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');

/** Signed the three certificates below; its key was thrown away. */
const ca = read('authority-certificate.pem');

const untrusted: readonly (readonly [name: string, file: string, networkCode: string, ca?: string])[] = [
  ['signed by itself', 'loopback-certificate.pem', 'DEPTH_ZERO_SELF_SIGNED_CERT', ca],
  ['that has expired', 'expired-certificate.pem', 'CERT_HAS_EXPIRED', ca],
  ['of another host', 'other-host-certificate.pem', 'ERR_TLS_CERT_ALTNAME_INVALID', ca],
  ['of an authority that is not configured', 'trusted-certificate.pem', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
];

/** Everything in the source that would switch the checking of certificates off, for one connection or for all. */
const switchedOff = /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|secureProtocol|maxVersion/;

describe('TLS', () => {
  describe('A server', () => {
    let server: Server;
    let requests: number;
    let transport: Transport;

    beforeEach(() => {
      requests = 0;
    });

    afterEach(() => {
      transport.close();
      server.closeAllConnections();
      server.close();
    });

    async function serve(file: string, authority: string | undefined, more: SecureContextOptions = {}): Promise<URL> {
      server = createServer({ key: read('loopback-key.pem'), cert: read(file), ...more }, (_request, response) => {
        requests += 1;
        response.end('hello');
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      transport = new Transport(authority === undefined ? {} : { tls: { ca: authority } }, 'Confer/1.0');
      return new URL(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    }

    it('trusts a certificate of the configured authority', async () => {
      const url = await serve('trusted-certificate.pem', ca);

      assert.equal((await transport.send({ method: 'GET', url }, anySignal())).text, 'hello');
    });

    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      it(`A-17: sends nothing to a server that speaks no more than ${version}`, async () => {
        const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
        const url = await serve('trusted-certificate.pem', ca, old);

        await assert.rejects(transport.send({ method: 'POST', url, body: 'SECRET' }, anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaTransportError);
          assert.deepEqual([error.kind, error.ambiguous], ['tls', false]);
          assert.doesNotMatch(error.message, /SECRET/);
          return true;
        });
        assert.equal(requests, 0);
      });
    }

    for (const [name, file, networkCode, authority] of untrusted) {
      it(`A-17: sends nothing to a server with a certificate ${name}, and says what is wrong with it`, async () => {
        const url = await serve(file, authority);

        await assert.rejects(transport.send({ method: 'POST', url, body: 'SECRET' }, anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaTransportError);
          assert.deepEqual([error.kind, error.networkCode, error.ambiguous], ['tls', networkCode, false]);
          return true;
        });
        const options = {
          server: { kind: 'root', rootUrl: url.href } as const,
          ...(authority === undefined ? {} : { tls: { ca: authority } }),
        };
        const report = await readCertificate(url.href, options, anySignal());
        assert.equal(report.failure, networkCode);
        assert.equal(report.subject, 'localhost');
        assert.equal(requests, 0);
      });
    }
  });

  describe('The source', () => {
    it('A-17: never switches the checking of certificates off', () => {
      const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
      const guilty = files.filter((file) => switchedOff.test(readFileSync(join('src', file), 'utf8')));

      assert.ok(files.length > 100);
      assert.deepEqual(guilty, []);
    });
  });
});
