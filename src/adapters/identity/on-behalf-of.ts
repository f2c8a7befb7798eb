import { ManagedIdentityCredential, OnBehalfOfCredential, type TokenCredential } from '@azure/identity';

import type { BotIdentity } from '../../shared/bot-identity';
import { SharedWork } from '../../shared/shared-work';

import { isPublished } from './authority-hosts';
import { AuthorityWatch } from './authority-watch';
import { problemOfProof, problemOfRefusal } from './refusals';

/** So many tokens are kept; the one used longest ago goes first. */
const KEPT_TOKENS = 2000;

/** A token with less life than this is not handed out of memory, in milliseconds. */
const LEAST_LIFE_MS = 300_000;

/** Audience of the token a managed identity shows for an app, by authority. Source: Entra, "workload identity federation". */
const FEDERATION_AUDIENCES: ReadonlyMap<string, string> = new Map([
  ['login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
  ['login.partner.microsoftonline.cn', 'api://AzureADTokenExchangeChina'],
]);

/** How Confer proves to the authority that it may act for people. */
export interface OnBehalfOfDeps {
  readonly identity: Exclude<BotIdentity, { kind: 'local' }>;
  /** App registration people sign in to; the bot's own, unless the bot is a managed identity, which cannot be one. */
  readonly clientId: string;
  /** `https://login.microsoftonline.us`; undefined: the public cloud. */
  readonly authorityHost: string | undefined;
  readonly now: () => Date;
  /** PEM of a private certificate authority in front of the authority, in place of the system's. */
  readonly ca?: string;
  /** Longest exchange, its one repetition included, in milliseconds; default 8,000. */
  readonly limitMs?: number;
  /** In place of the machine's managed identity; for tests. */
  readonly managedIdentity?: TokenCredential;
}

/** What is wanted: a token of one person for one host. */
export interface ExchangeRequest {
  /** Object id of the person in the directory. */
  readonly personId: string;
  /** The person's own single sign-on token. */
  readonly assertion: string;
  /** Scheme and host of the server: the audience. */
  readonly resource: string;
  /** Further claims the server asked for, as JSON. */
  readonly claims?: string | undefined;
  /** A token that is no good any more: it is not given out again. */
  readonly not?: string | undefined;
}

/** A token for a server in the name of a person. */
export interface ExchangedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Exchanges people's single sign-on tokens for tokens of the server, one per person and host.
 *
 * What it hands out stays in memory until shortly before its end, so that nobody asks the authority for each session; two
 * who ask for the same at once share one exchange. Source: Entra, "OAuth 2.0 On-Behalf-Of flow".
 */
export class OnBehalfOf {
  readonly #deps: OnBehalfOfDeps;
  readonly #tokens = new Map<string, ExchangedToken>();
  readonly #exchanges = new SharedWork<ExchangedToken>();
  readonly #managedIdentity: TokenCredential | undefined;

  constructor(deps: OnBehalfOfDeps) {
    this.#deps = deps;
    if (deps.identity.kind === 'managedIdentity') {
      this.#managedIdentity = deps.managedIdentity ?? new ManagedIdentityCredential({ clientId: deps.identity.appId });
    }
  }

  /**
   * The person's token for a host.
   *
   * @throws MeetingProblem `signIn.…`; SignInNeeded when the person can help.
   */
  async exchange(request: ExchangeRequest): Promise<ExchangedToken> {
    const key = JSON.stringify([this.#deps.identity.tenantId, request.personId, request.resource]);
    const known = request.claims === undefined ? this.#known(key) : undefined;
    if (known !== undefined && known.token !== request.not) return known;
    const work = JSON.stringify([key, request.claims]);
    return this.#exchanges.run(work, async () => this.#exchange(key, request));
  }

  /** Also marks it as the one used last. */
  #known(key: string): ExchangedToken | undefined {
    const token = this.#tokens.get(key);
    this.#tokens.delete(key);
    if (token === undefined || token.expiresAt - this.#deps.now().getTime() < LEAST_LIFE_MS) return undefined;
    this.#tokens.set(key, token);
    return token;
  }

  async #exchange(key: string, request: ExchangeRequest): Promise<ExchangedToken> {
    const watch = new AuthorityWatch(AbortSignal.timeout(this.#deps.limitMs ?? 8000));
    const { resource, claims } = request;
    try {
      const token = await this.#credential(request.assertion, watch).getToken(
        `${resource}/.default`,
        claims === undefined ? {} : { claims },
      );
      const exchanged = { token: token.token, expiresAt: token.expiresOnTimestamp };
      this.#tokens.set(key, exchanged);
      const [oldest] = this.#tokens.keys();
      if (this.#tokens.size > KEPT_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
      return exchanged;
    } catch (error) {
      // The library's error carries the authority's sentences and drops its facts: what the authority answered decides.
      throw watch.wasAsked ? problemOfRefusal(watch.answer) : problemOfProof(error);
    }
  }

  #credential(userAssertionToken: string, watch: AuthorityWatch): OnBehalfOfCredential {
    const { identity, clientId, authorityHost, ca } = this.#deps;
    const common = {
      ...{ tenantId: identity.tenantId, clientId, userAssertionToken },
      ...(authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: !isPublished(authorityHost) }),
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
      retryOptions: { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 2000 },
      additionalPolicies: [{ policy: watch.policy, position: 'perCall' as const }],
    };
    switch (identity.kind) {
      case 'secret':
        return new OnBehalfOfCredential({ ...common, clientSecret: identity.secret });
      case 'certificate':
        return new OnBehalfOfCredential({ ...common, certificatePath: identity.certificatePath });
      case 'managedIdentity':
        return new OnBehalfOfCredential({ ...common, getAssertion: async () => this.#federatedAssertion() });
    }
  }

  /** The app registration trusts the managed identity: its token stands for a secret nobody has to keep. */
  async #federatedAssertion(): Promise<string> {
    const { authorityHost } = this.#deps;
    const host = authorityHost === undefined ? '' : new URL(authorityHost).hostname;
    const audience = FEDERATION_AUDIENCES.get(host) ?? 'api://AzureADTokenExchange';
    const token = await this.#managedIdentity?.getToken(`${audience}/.default`);
    return token?.token ?? '';
  }
}
