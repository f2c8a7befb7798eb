import { isLoopback } from './href';
import { isJsonObject } from './json';

/** One authentication challenge. Scheme and parameter names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Reads a `WWW-Authenticate` header, also when several were joined with commas.
 *
 * A token followed by `=` is a parameter of the current challenge, any other token begins a new one. Values are quoted or
 * bare; a comma inside quotes separates nothing. What fits nowhere is skipped. Source: Skype/UCWA/AuthenticationInUCWA.md.
 */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: { scheme: string; params: Record<string, string> }[] = [];
  for (const [, name, quoted, bare, scheme] of (header ?? '').matchAll(part)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), params: {} });
    const params = challenges.at(-1)?.params;
    if (name !== undefined && params !== undefined) {
      params[name.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
    }
  }
  return challenges;
}

/** `name = "quoted"`, `name = bare`, a scheme, or (matched last, to be skipped) anything up to the next separator. */
const part =
  /([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([!#$%&'*+.^_`|~\w-]+)(?=[\s,]|$)|[^\s,]+/g;

/** A way to prove who we are. Source: Skype/UCWA/AuthenticationInUCWA.md, AuthenticationUsingAzureAD.md. */
export type SignInWay = 'modern' | 'password' | 'windows' | 'anonymous' | 'passive';

/** What a server offers to whoever has no token, or not a good one. */
export interface SignInOffer {
  /** The `MsRtcOAuth` token endpoint as written by the server. */
  readonly tokenHref?: string;
  /** Grants of the token endpoint as the server spells them; empty when it does not list them. */
  readonly grants: readonly string[];
  /** Where modern authentication would go; only an `https` value counts as an offer (on loopback `http` too). */
  readonly authorizationUri?: string;
  /**
   * The ways in that are open, most useful first. An endpoint that lists no grants is taken to know the documented ones
   * that need nothing but itself.
   */
  readonly ways: readonly SignInWay[];
}

/**
 * Picks the offer out of the challenges. Source: Skype/UCWA/AuthenticationInUCWA.md, "MsRtcOAuth".
 *
 * @param rules.loopback - the configured root is on this machine, so an authority on this machine may use plain http.
 */
export function readOffer(
  challenges: readonly Challenge[],
  rules: { readonly loopback: boolean } = { loopback: false },
): SignInOffer {
  const tokenHref = paramOf(challenges, 'msrtcoauth', 'href');
  const authority = paramOf(challenges, 'bearer', 'authorization_uri');
  const grants = (paramOf(challenges, 'msrtcoauth', 'grant_type') ?? '')
    .split(',')
    .map((grant) => grant.trim())
    .filter((grant) => grant !== '');
  const offered = {
    grants,
    ...(tokenHref === undefined || tokenHref === '' ? {} : { tokenHref }),
    ...(authority !== undefined && isUsableAuthority(authority, rules) ? { authorizationUri: authority } : {}),
  };
  return { ...offered, ways: waysOf(offered, challenges) };
}

/**
 * The claims a server wants the next access token to satisfy, as the JSON text an authority takes: base64 in the
 * challenge. Anything that is not a JSON object is no demand.
 * Source: learn.microsoft.com/entra/identity-platform/claims-challenge.
 */
export function readClaims(challenges: readonly Challenge[]): string | undefined {
  const value = paramOf(challenges, 'bearer', 'claims');
  if (value === undefined) return undefined;
  const text = value.trimStart().startsWith('{') ? value : Buffer.from(value, 'base64').toString('utf8');
  try {
    return isJsonObject(JSON.parse(text)) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a 403 is about what the token may do, and not about the token: another token would not help. */
export function lacksScope(challenges: readonly Challenge[]): boolean {
  return paramOf(challenges, 'bearer', 'error')?.toLowerCase() === 'insufficient_scope';
}

function paramOf(challenges: readonly Challenge[], scheme: string, name: string): string | undefined {
  return challenges.find((challenge) => challenge.scheme === scheme && challenge.params[name] !== undefined)?.params[
    name
  ];
}

function isUsableAuthority(text: string, { loopback }: { readonly loopback: boolean }): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback && isLoopback(url));
}

const wayOfGrant = new Map<string, SignInWay>([
  ['password', 'password'],
  ['urn:microsoft.rtc:windows', 'windows'],
  ['urn:microsoft.rtc:anonmeeting', 'anonymous'],
  ['urn:microsoft.rtc:passive', 'passive'],
]);

/** The way a grant of the token endpoint stands for; `undefined` for one that is not documented. */
export function wayOf(grant: string): SignInWay | undefined {
  return wayOfGrant.get(grant.toLowerCase());
}

function waysOf(offer: Omit<SignInOffer, 'ways'>, challenges: readonly Challenge[]): readonly SignInWay[] {
  const isListed = offer.grants.length > 0;
  const named = isListed ? offer.grants.flatMap((grant) => wayOf(grant) ?? []) : (['password', 'anonymous'] as const);
  const hasIntegrated = challenges.some(({ scheme }) => scheme === 'negotiate' || scheme === 'ntlm');
  const all: SignInWay[] = [
    ...(offer.authorizationUri === undefined ? [] : ['modern' as const]),
    ...(offer.tokenHref === undefined ? [] : named),
    ...(hasIntegrated ? ['windows' as const] : []),
  ];
  return [...new Set(all)];
}
