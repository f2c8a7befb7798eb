import {
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { type ServiceClientCredentials, ServiceClientCredentialsFactory } from 'botframework-connector';

import type { BotIdentity } from '../../shared/bot-identity';

/** Tokens of the Bot Connector from `@azure/identity`, which caches and renews them. */
export class BotCredentials extends ServiceClientCredentialsFactory {
  readonly #identity: BotIdentity;
  readonly #credential: TokenCredential | undefined;

  /**
   * @param authorityHost - where Entra ID gives out tokens.
   * @param credential - in place of the one the identity asks for; for tests.
   */
  constructor(
    identity: BotIdentity,
    authorityHost: string,
    credential: TokenCredential | undefined = toCredential(identity, authorityHost),
  ) {
    super();
    this.#identity = identity;
    this.#credential = credential;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return Promise.resolve(this.#identity.kind !== 'local' && appId === this.#identity.appId);
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(this.#identity.kind === 'local');
  }

  override async createCredentials(_appId: string, audience: string | undefined): Promise<ServiceClientCredentials> {
    const credential = this.#credential;
    const scope = scopeOf(audience);
    return Promise.resolve({
      signRequest: async (request) => {
        if (credential === undefined) return request;
        const token = await credential.getToken(scope, { requestOptions: { timeout: 10_000 } });
        if (token !== null) request.headers.set('authorization', `Bearer ${token.token}`);
        return request;
      },
    });
  }
}

/** The SDK names the audience (`https://api.botframework.com`); Entra ID wants a scope. */
function scopeOf(audience: string | undefined): string {
  const resource = audience ?? 'https://api.botframework.com';
  return resource.endsWith('/.default') ? resource : `${resource}/.default`;
}

function toCredential(identity: BotIdentity, authorityHost: string): TokenCredential | undefined {
  switch (identity.kind) {
    case 'local':
      return undefined;
    case 'secret':
      return new ClientSecretCredential(identity.tenantId, identity.appId, identity.secret, { authorityHost });
    case 'certificate':
      return new ClientCertificateCredential(identity.tenantId, identity.appId, identity.certificatePath, {
        authorityHost,
      });
    case 'managedIdentity':
      return new ManagedIdentityCredential({ clientId: identity.appId });
  }
}
