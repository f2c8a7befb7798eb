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

/** What a server offers to whoever has no token yet. */
export interface SignInOffer {
  /** The `MsRtcOAuth` token endpoint as written by the server. */
  readonly tokenHref?: string;
  /** Grants of the token endpoint; empty when the server does not list them. */
  readonly grants: readonly string[];
  /** Where modern authentication would go; only an `https` value counts as an offer. */
  readonly authorizationUri?: string;
}

/** Picks the offer out of the challenges. Source: Skype/UCWA/AuthenticationInUCWA.md, "MsRtcOAuth". */
export function readOffer(challenges: readonly Challenge[]): SignInOffer {
  const paramOf = (scheme: string, name: string): string | undefined =>
    challenges.find((challenge) => challenge.scheme === scheme && challenge.params[name] !== undefined)?.params[name];
  const tokenHref = paramOf('msrtcoauth', 'href');
  const authorizationUri = paramOf('bearer', 'authorization_uri');
  return {
    grants: (paramOf('msrtcoauth', 'grant_type') ?? '')
      .split(',')
      .map((grant) => grant.trim())
      .filter((grant) => grant !== ''),
    ...(tokenHref === undefined || tokenHref === '' ? {} : { tokenHref }),
    ...(authorizationUri?.startsWith('https://') === true ? { authorizationUri } : {}),
  };
}
