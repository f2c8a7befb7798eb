import { type SignInOffer, type SignInWay, wayOf } from './challenge';
import type { UcwaCredentials } from './options';

/** How the ways to sign in are called in messages. */
export const wayNames: Readonly<Record<SignInWay, string>> = {
  modern: 'modern authentication',
  password: 'password',
  windows: 'Windows (NTLM/Negotiate)',
  anonymous: 'anonymous meeting join',
  passive: 'passive (browser) sign-in',
};

/** One way or several, as a list in order of preference. */
export function credentialList(credentials: UcwaCredentials | readonly UcwaCredentials[]): readonly UcwaCredentials[] {
  return 'kind' in credentials ? [credentials] : credentials;
}

/** Those of the given credentials that an offer is open to, in order of preference. The first one is used. */
export function usableCredentials(
  credentials: UcwaCredentials | readonly UcwaCredentials[],
  offer: Pick<SignInOffer, 'ways'>,
): readonly UcwaCredentials[] {
  return credentialList(credentials).filter(({ kind }) => offer.ways.includes(kind));
}

/** Everything an offer names, in words; a grant nobody has documented as the server spells it. */
export function offeredNames(offer: Pick<SignInOffer, 'ways' | 'grants'>): readonly string[] {
  return [...offer.ways.map((way) => wayNames[way]), ...offer.grants.filter((grant) => wayOf(grant) === undefined)];
}

/** One sentence that names what was wanted and what `host` offers. */
export function notOffered(
  host: string,
  credentials: UcwaCredentials | readonly UcwaCredentials[],
  offer: Pick<SignInOffer, 'ways' | 'grants'>,
): string {
  const wanted = credentialList(credentials).map(({ kind }) => wayNames[kind]);
  if (wanted.length === 0) return `No way to sign in was given; ${host} offers ${inWords(offeredNames(offer), 'and')}`;
  return `${host} does not offer ${inWords(wanted, 'or')}; it offers ${inWords(offeredNames(offer), 'and')}`;
}

function inWords(names: readonly string[], last: 'and' | 'or'): string {
  if (names.length === 0) return 'nothing';
  const [end = ''] = names.slice(-1);
  return names.length === 1 ? end : `${names.slice(0, -1).join(', ')} ${last} ${end}`;
}
