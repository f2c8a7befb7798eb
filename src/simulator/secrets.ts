import type { Company } from './company';

const REMOVED = '(removed)';

/** Names of what must not be shown, in forms, JSON and XML. */
const NAMES = 'password|access_token|refresh_token|client_secret|client_assertion|assertion';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bcwt=[\w+/=.-]+/g, `cwt=${REMOVED}`],
  // JSON Web Tokens.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REMOVED],
  [/^((?:proxy-)?authorization:[ \t]*[\w-]+)[ \t]+.*$/gim, `$1 ${REMOVED}`],
  [new RegExp(`((?:^|[?&])(?:${NAMES})=)[^&\\s]*`, 'gim'), `$1${REMOVED}`],
  // The closing quote may be missing where a text was cut.
  [new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi'), `$1"${REMOVED}"`],
  [new RegExp(`(<(?:property name="(?:${NAMES})"|(?:${NAMES}))>)[^<]*`, 'gi'), `$1${REMOVED}`],
];

/** Length of a password that is taken out wherever it stands. */
const SHORTEST = 4;

const SECRET_HEADERS = /^(?:cookie|set-cookie)$/i;
const CREDENTIAL_HEADERS = /^(?:proxy-)?authorization$/i;

/** Takes tickets, tokens and passwords out of what is shown to people. */
export class SecretRemover {
  private readonly passwords: readonly string[];

  constructor(company: Company) {
    const spellings = company.people.flatMap(({ password }) => [
      password,
      encodeURIComponent(password),
      new URLSearchParams({ p: password }).toString().slice(2),
      JSON.stringify(password).slice(1, -1),
    ]);
    // Shorter ones are found by the names they stand beside; as words they may be anything.
    // Longest first: one password may be a part of another.
    this.passwords = [...new Set(spellings)]
      .filter(({ length }) => length >= SHORTEST)
      .sort((one, other) => other.length - one.length);
  }

  /** A body or an address without secrets. */
  text(given: string): string {
    const withoutTokens = patterns.reduce((text, [pattern, by]) => text.replace(pattern, by), given);
    return this.passwords.reduce((text, password) => text.replaceAll(password, REMOVED), withoutTokens);
  }

  /** The value of a header without secrets; the scheme of credentials stays. */
  header(name: string, value: string): string {
    if (SECRET_HEADERS.test(name)) return REMOVED;
    if (CREDENTIAL_HEADERS.test(name)) return value.replace(/^(\s*[\w-]+)(?:\s.*)?$/s, `$1 ${REMOVED}`);
    return this.text(value);
  }
}
