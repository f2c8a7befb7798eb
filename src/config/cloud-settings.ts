import { type BotCloud, PUBLIC_CLOUD } from '../shared/bot-cloud';
import type { BotIdentity } from '../shared/bot-identity';
import { isLoopback } from '../shared/loopback';

import type { Env, EnvReader } from './env-reader';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Reads the cloud the bot is registered in; the public one unless set. Adds what is wrong to the reader's problems. */
export function readCloud(reader: EnvReader, env: Env): BotCloud {
  const plainHttp = env.NODE_ENV === 'test';
  const hosts = reader.hosts('BOT_SERVICE_URL_HOSTS');
  const metadata = readSafeUrl(reader, 'BOT_OPENID_METADATA_URL', plainHttp);
  const issuer = reader.text('BOT_TOKEN_ISSUER');
  if ((reader.text('BOT_OPENID_METADATA_URL') === undefined) !== (issuer === undefined)) {
    reader.problems.push('BOT_OPENID_METADATA_URL and BOT_TOKEN_ISSUER must be set together: they belong to one cloud');
  }
  if (issuer !== undefined && !(URL.canParse(issuer) && issuer.startsWith('https://'))) {
    reader.problems.push('BOT_TOKEN_ISSUER must be an https URL, written as the tokens have it');
  }
  return {
    openIdMetadataUrl: metadata?.href ?? PUBLIC_CLOUD.openIdMetadataUrl,
    tokenIssuer: issuer ?? PUBLIC_CLOUD.tokenIssuer,
    serviceUrlHosts: hosts.length > 0 ? hosts : PUBLIC_CLOUD.serviceUrlHosts,
    authorityHost: readAuthorityHost(reader, plainHttp) ?? PUBLIC_CLOUD.authorityHost,
    plainHttp,
  };
}

/**
 * Reads whose people Confer works for; by default those of the tenant it is registered in.
 *
 * @returns tenant ids in lower case; none in local mode, where nobody has a tenant.
 */
export function readTenants(reader: EnvReader, env: Env, identity: BotIdentity): readonly string[] {
  const tenants = readGuids(reader, 'ALLOWED_TENANTS');
  if (identity.kind === 'local') return [];
  if (tenants.length === 0 && env.NODE_ENV === 'production') {
    reader.problems.push(
      'ALLOWED_TENANTS must be set when NODE_ENV=production: the tenants whose people Confer works for',
    );
  }
  return tenants.length > 0 ? tenants : [identity.tenantId.toLowerCase()];
}

/** Reads ids of the directory, with commas between them, in lower case. */
export function readGuids(reader: EnvReader, name: string): readonly string[] {
  const ids = (reader.text(name) ?? '')
    .split(',')
    .map((id) => id.trim().toLowerCase())
    .filter((id) => id !== '');
  const bad = ids.find((id) => !GUID.test(id));
  if (bad !== undefined) reader.problems.push(`${name} must be GUIDs with commas between them, got "${bad}"`);
  return ids;
}

/** Tenants are named behind it: a path of its own would be lost. */
function readAuthorityHost(reader: EnvReader, plainHttp: boolean): string | undefined {
  const url = readSafeUrl(reader, 'AZURE_AUTHORITY_HOST', plainHttp);
  if (url !== undefined && (url.pathname !== '/' || url.search !== '')) {
    reader.problems.push('AZURE_AUTHORITY_HOST must not have a path; it is like https://login.microsoftonline.us');
  }
  return url?.origin;
}

/** An https URL; plain http on this machine only, and only for tests. */
function readSafeUrl(reader: EnvReader, name: string, plainHttp: boolean): URL | undefined {
  const url = reader.url(name);
  if (url === undefined) return undefined;
  if (url.username !== '' || url.password !== '') {
    reader.problems.push(`${name} must not hold a user name or password`);
  }
  if (url.protocol !== 'https:' && !(plainHttp && isLoopback(url.hostname))) {
    reader.problems.push(`${name} must be https; plain http is for this machine only, with NODE_ENV=test`);
  }
  return url;
}
