import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { Config } from '../config/config';
import type { BotIdentity } from '../shared/bot-identity';

import { type Finding, ok, problem, warning } from './finding';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Certificates that end sooner than this deserve a warning. */
export const SOON_MS = 30 * 24 * 60 * 60 * 1000;

/** Whether the bot's own identity looks right. Nothing is asked over the network: the first message from Teams shows the rest. */
export async function checkIdentity(config: Pick<Config, 'identity' | 'server'>, now: Date): Promise<Finding> {
  const { identity, server } = config;
  if (identity.kind === 'local') return localMode(server.kind);
  if (!GUID.test(identity.tenantId)) {
    return problem(
      'MICROSOFT_APP_TENANT_ID is not a GUID',
      'Copy the directory (tenant) ID from the overview page of the app registration.',
    );
  }
  switch (identity.kind) {
    case 'secret':
      return checkSecret(identity.secret);
    case 'certificate':
      return checkCertificateFile(identity, now);
    case 'managedIdentity':
      return ok(`app ${identity.appId} with a managed identity; that works inside Azure only`);
  }
}

function localMode(server: Config['server']['kind']): Finding {
  if (server === 'simulator') return ok('no MICROSOFT_APP_ID: local mode, for this machine only');
  return warning(
    'no MICROSOFT_APP_ID: local mode, Teams cannot talk to Confer',
    'Set MICROSOFT_APP_ID, MICROSOFT_APP_TENANT_ID and MICROSOFT_APP_PASSWORD when you connect it to Teams.',
  );
}

function checkSecret(secret: string): Finding {
  if (!GUID.test(secret)) return ok('app ID, tenant ID and client secret are set');
  return warning(
    'MICROSOFT_APP_PASSWORD looks like the ID of a client secret',
    "Use the secret's value, which Azure shows once, when it is made.",
  );
}

async function checkCertificateFile(
  { certificatePath, appId }: BotIdentity & { kind: 'certificate' },
  now: Date,
): Promise<Finding> {
  const advice =
    'Put the certificate and its private key into one PEM file and name it in MICROSOFT_APP_CERTIFICATE_FILE.';
  const pem = await readFile(certificatePath, 'utf8');
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/u.test(pem)) {
    return problem('MICROSOFT_APP_CERTIFICATE_FILE holds no private key', advice);
  }
  const certificate = certificateIn(pem);
  if (certificate === undefined) return problem('MICROSOFT_APP_CERTIFICATE_FILE holds no certificate', advice);
  const until = new Date(certificate.validTo);
  const day = until.toISOString().slice(0, 10);
  const renew = 'Renew it and upload the new one to the app registration.';
  if (until < now) return problem(`the certificate of the app ended on ${day}`, renew);
  if (until.getTime() - now.getTime() < SOON_MS) return warning(`the certificate of the app ends on ${day}`, renew);
  return ok(`app ${appId} with a certificate until ${day}`);
}

function certificateIn(pem: string): X509Certificate | undefined {
  const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/u.exec(pem)?.[0];
  try {
    return block === undefined ? undefined : new X509Certificate(block);
  } catch {
    return undefined;
  }
}
