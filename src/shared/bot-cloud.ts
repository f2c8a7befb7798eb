/** The Microsoft cloud the bot is registered in. docs/clouds.md has the values of each, with their sources. */
export interface BotCloud {
  /** OpenID metadata of the Bot Connector, which names its public keys. */
  readonly openIdMetadataUrl: string;
  /** Issuer of the Bot Connector's tokens, and the audience of ours. */
  readonly tokenIssuer: string;
  /** Hosts the Bot Connector may be answered at, exact names. */
  readonly serviceUrlHosts: readonly string[];
  /** Where Entra ID gives out tokens, such as `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** Lets addresses of this machine be plain http; on in tests only. */
  readonly plainHttp: boolean;
}

/** The public cloud, with GCC, which shares it. */
export const PUBLIC_CLOUD: BotCloud = {
  openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  tokenIssuer: 'https://api.botframework.com',
  serviceUrlHosts: [
    'smba.trafficmanager.net',
    'smba.onyx.prod.teams.trafficmanager.net',
    'smba.infra.gcc.teams.microsoft.com',
  ],
  authorityHost: 'https://login.microsoftonline.com',
  plainHttp: false,
};
