import {
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { type ServiceClientCredentials, ServiceClientCredentialsFactory } from 'botframework-connector';

import type { BotIdentity } from '../../shared/bot-identity';
import type { Logger } from '../../shared/logger';

import { isPublished } from './authority-hosts';
import { type AuthorityAnswer, AuthorityWatch } from './authority-watch';
import { type FreshToken, KeptTokens, NoTokenError } from './kept-tokens';

/** The longest the authority may take, its one repetition included, in milliseconds. */
const LIMIT_MS = 5000;

/** How the bot proves who it is, and to whom. */
export interface BotCredentialsDeps {
  readonly identity: BotIdentity;
  /** Where Entra ID gives out tokens. */
  readonly authorityHost: string;
  readonly log: Logger;
  /** PEM of a private certificate authority in front of the authority, in place of the system's. */
  readonly ca?: string;
  /** Milliseconds that never run backwards. */
  readonly now?: () => number;
  /** In place of the credential the identity asks for; for tests. */
  readonly credential?: TokenCredential;
  /** In place of five seconds; for tests. */
  readonly limitMs?: number;
}

/** Tokens of the Bot Connector, kept as {@link KeptTokens} keeps them: no request of the bot waits for a renewal. */
export class BotCredentials extends ServiceClientCredentialsFactory {
  readonly #deps: BotCredentialsDeps;
  readonly #tokens: KeptTokens;

  constructor(deps: BotCredentialsDeps) {
    super();
    this.#deps = deps;
    this.#tokens = new KeptTokens({
      fetch: async (scope) => this.#fetch(scope),
      now: deps.now ?? (() => performance.now()),
      onFailure: (error) => {
        deps.log.warn('connectorToken.missing', { error: String(error) });
      },
    });
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    const { identity } = this.#deps;
    return Promise.resolve(identity.kind !== 'local' && appId === identity.appId);
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(this.#deps.identity.kind === 'local');
  }

  override async createCredentials(_appId: string, audience: string | undefined): Promise<ServiceClientCredentials> {
    const scope = scopeOf(audience);
    return Promise.resolve({
      signRequest: async (request) => {
        if (this.#deps.identity.kind === 'local') return request;
        request.headers.set('authorization', `Bearer ${await this.#tokens.get(scope)}`);
        return request;
      },
    });
  }

  /** Gets the token ahead, so that the first answer does not wait for it and a wrong secret shows in the log at once. */
  warm(audience: string): void {
    if (this.#deps.identity.kind !== 'local') this.#tokens.get(scopeOf(audience)).catch(() => undefined);
  }

  async #fetch(scope: string): Promise<FreshToken> {
    const { credential, limitMs = LIMIT_MS } = this.#deps;
    const limit = AbortSignal.timeout(limitMs);
    const watch = new AuthorityWatch(limit);
    try {
      // A new one each time: the library keeps a token almost to its end, and would give out the old one again.
      const asked = credential ?? toCredential(this.#deps, watch);
      const token = await asked?.getToken(scope, { abortSignal: limit });
      if (token !== null && token !== undefined && token.token !== '') {
        return { token: token.token, lifeMs: token.expiresOnTimestamp - Date.now() };
      }
    } catch {
      // Its error carries the authority's sentences; what the authority answered is what counts.
    }
    throw new NoTokenError(`No token for the Bot Connector: ${reasonOf(watch)}`);
  }
}

function reasonOf({ answer, wasAsked }: AuthorityWatch): string {
  if (!wasAsked) return 'the certificate or the managed identity cannot be used';
  return answer === undefined ? 'the authority does not answer' : wordsOf(answer);
}

function wordsOf({ status, error, numbers, correlationId }: AuthorityAnswer): string {
  const codes = numbers.map((number) => `AADSTS${String(number)}`);
  return [`status ${String(status)}`, error, ...codes, correlationId].filter((part) => part !== undefined).join(' ');
}

/** The SDK names the audience (`https://api.botframework.com`); Entra ID wants a scope. */
function scopeOf(audience: string | undefined): string {
  const resource = audience ?? 'https://api.botframework.com';
  return resource.endsWith('/.default') ? resource : `${resource}/.default`;
}

function toCredential(
  { identity, authorityHost, ca }: BotCredentialsDeps,
  { policy }: AuthorityWatch,
): TokenCredential | undefined {
  const common = {
    retryOptions: { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 2000 },
    additionalPolicies: [{ policy, position: 'perCall' as const }],
  };
  const options = {
    ...common,
    ...{ authorityHost, disableInstanceDiscovery: !isPublished(authorityHost) },
    ...(ca === undefined ? {} : { tlsOptions: { ca } }),
  };
  switch (identity.kind) {
    case 'local':
      return undefined;
    case 'secret':
      return new ClientSecretCredential(identity.tenantId, identity.appId, identity.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(identity.tenantId, identity.appId, identity.certificatePath, options);
    case 'managedIdentity':
      return new ManagedIdentityCredential({ ...common, clientId: identity.appId });
  }
}
