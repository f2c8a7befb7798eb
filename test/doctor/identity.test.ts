import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { checkIdentity } from '../../src/doctor/identity';
import type { BotIdentity } from '../../src/shared/bot-identity';
import { testServer } from '../support/tls';

const appId = '11111111-2222-3333-4444-555555555555';
const tenantId = '99999999-8888-7777-6666-555555555555';
const server = { kind: 'domain', sipDomain: 'contoso.com' } as const;
const today = new Date('2026-11-20T10:00:00Z');

describe('checkIdentity', () => {
  it('accepts no identity at all for a demo on this machine', async () => {
    const finding = await checkIdentity({ identity: { kind: 'local' }, server: { kind: 'simulator' } }, today);

    assert.equal(finding.level, 'ok');
  });

  it('warns that Teams cannot come in when only the server is real', async () => {
    assert.equal((await checkIdentity({ identity: { kind: 'local' }, server }, today)).level, 'warning');
  });

  it('accepts an id with a secret', async () => {
    const identity = { kind: 'secret', appId, tenantId, secret: 'kQ8~abc' } as const;

    assert.equal((await checkIdentity({ identity, server }, today)).level, 'ok');
  });

  it('warns when the secret looks like the id of a secret', async () => {
    const identity = { kind: 'secret', appId, tenantId, secret: tenantId } as const;

    const finding = await checkIdentity({ identity, server }, today);

    assert.equal(finding.level, 'warning');
    assert.doesNotMatch(JSON.stringify(finding), new RegExp(tenantId));
  });

  it('reports a tenant that is no GUID', async () => {
    const identity = { kind: 'managedIdentity', appId, tenantId: 'contoso' } as const;

    assert.equal((await checkIdentity({ identity, server }, today)).level, 'problem');
  });

  describe('with a certificate', () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'confer-doctor-'));
    });

    after(async () => {
      await rm(folder, { recursive: true });
    });

    async function levelOf(pem: string, now = today): Promise<string> {
      const certificatePath = path.join(folder, 'app.pem');
      await writeFile(certificatePath, pem);
      const identity: BotIdentity = { kind: 'certificate', appId, tenantId, certificatePath };
      const finding = await checkIdentity({ identity, server }, now);
      return `${finding.level}: ${finding.what}`;
    }

    it('accepts key and certificate in one file', async () => {
      assert.match(await levelOf(testServer.key + testServer.cert), /^ok: app .* until 2/);
    });

    it('reports a missing key', async () => {
      assert.match(await levelOf(testServer.cert), /^problem: .* no private key/);
    });

    it('reports a missing certificate', async () => {
      assert.match(await levelOf(testServer.key), /^problem: .* no certificate/);
    });

    it('reports a certificate that is over', async () => {
      const later = new Date('2190-01-01T00:00:00Z');

      assert.match(
        await levelOf(testServer.key + testServer.cert, later),
        /^problem: the certificate of the app ended/,
      );
    });
  });
});
