import type { BotIdentity } from '../shared/bot-identity';

import type { EnvReader } from './env-reader';

/** How people are known to the Skype for Business server. */
export type SignInConfig =
  /** One service account acts for everybody. */
  | { readonly kind: 'password' }
  /** Everybody acts as themself. */
  | {
      readonly kind: 'modern';
      /** Where the server offers no modern sign-in, the service account acts in their place. */
      readonly withPassword: boolean;
      /** Name of the Azure Bot's OAuth connection. */
      readonly connection: string;
      /** App registration people sign in to. */
      readonly clientId: string;
    };

const WAYS = ['password', 'modern', 'modern,password'] as const;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Reads UCWA_SIGN_IN and what it needs; mistakes are noted in the reader. */
export function readSignIn(
  reader: EnvReader,
  { identity, hasServer }: { identity: BotIdentity; hasServer: boolean },
): SignInConfig {
  const wanted = (reader.text('UCWA_SIGN_IN') ?? 'password').replace(/\s+/gu, '').toLowerCase();
  const way = WAYS.find((known) => known === wanted);
  if (way === undefined) {
    reader.problems.push(`UCWA_SIGN_IN must be password, modern, or modern,password (in this order), got "${wanted}"`);
  }
  if (way === undefined || way === 'password') return { kind: 'password' };
  if (!hasServer) reader.problems.push('UCWA_SIP_DOMAIN or UCWA_ROOT_URL must be set when UCWA_SIGN_IN has modern');
  const connection = reader.text('MICROSOFT_APP_OAUTH_CONNECTION');
  if (connection === undefined) {
    reader.problems.push(
      'MICROSOFT_APP_OAUTH_CONNECTION must be set when UCWA_SIGN_IN has modern: the name of an OAuth connection of the Azure Bot',
    );
  }
  const clientId = readClientId(reader, identity);
  return { kind: 'modern', withPassword: way !== 'modern', connection: connection ?? '', clientId };
}

function readClientId(reader: EnvReader, identity: BotIdentity): string {
  const own = reader.text('MICROSOFT_APP_SIGN_IN_ID');
  if (identity.kind === 'local') {
    reader.problems.push('MICROSOFT_APP_ID must be set when UCWA_SIGN_IN has modern: people sign in through Teams');
    return '';
  }
  if (own !== undefined && !GUID.test(own)) reader.problems.push('MICROSOFT_APP_SIGN_IN_ID must be a GUID');
  if (identity.kind !== 'managedIdentity') {
    if (own !== undefined && own !== identity.appId) {
      reader.problems.push(
        'MICROSOFT_APP_SIGN_IN_ID works with MICROSOFT_APP_MANAGED_IDENTITY=on only; else people sign in to MICROSOFT_APP_ID',
      );
    }
    return identity.appId;
  }
  if (own === undefined) {
    reader.problems.push(
      'MICROSOFT_APP_SIGN_IN_ID must be set when UCWA_SIGN_IN has modern: nobody can sign in to a managed identity',
    );
  }
  return own ?? '';
}
