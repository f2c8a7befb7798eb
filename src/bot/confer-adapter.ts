import { type Activity, CloudAdapter, ConfigurationBotFrameworkAuthentication, TurnContext } from 'botbuilder';
import {
  AuthenticationConfiguration,
  AuthenticationConstants,
  AuthenticationError,
  type Claim,
  ClaimsIdentity,
  type ConnectorClient,
  type ServiceClientCredentialsFactory,
  type UserTokenClient,
} from 'botframework-connector';

import { AppError } from '../shared/app-error';
import type { Logger } from '../shared/logger';
import { newReference } from '../shared/reference';

import { type HttpClient, limitCalls } from './call-limits';
import { apology } from './meetings-bot';
import { toActivity } from './reply-activity';

/** Only the Bot Connector may speak to the bot; the SDK would also accept tokens made for skills and emulators. */
const TOKEN_ISSUER = 'https://api.botframework.com';

/** A token that is genuine but not from the Bot Connector. */
class ForeignIssuerError extends AppError {
  readonly code = 'auth.foreignIssuer';
}

/** What one received activity comes to over HTTP. */
export interface Received {
  readonly status: number;
  readonly body?: unknown;
}

/** The Bot Framework adapter with the defaults this house needs: checked issuer, time limits, no silent repeats. */
export class ConferAdapter extends CloudAdapter {
  readonly #log: Logger;
  readonly #needsToken: boolean;
  readonly #appId: string;

  constructor(deps: { credentials: ServiceClientCredentialsFactory; appId: string; tenantId: string; log: Logger }) {
    const options = { MicrosoftAppId: deps.appId, MicrosoftAppTenantId: deps.tenantId };
    super(
      new ConfigurationBotFrameworkAuthentication(
        options,
        deps.credentials,
        deps.appId === '' ? new AuthenticationConfiguration() : new AuthenticationConfiguration([], requireIssuer),
      ),
    );
    this.#log = deps.log;
    this.#needsToken = deps.appId !== '';
    this.#appId = deps.appId;
    this.use(async (context, next) => {
      limitCalls(context.turnState.get<ConnectorClient | undefined>(this.ConnectorClientKey) as HttpClient | undefined);
      await next();
    });
    this.onTurnError = async (context, error) => this.#apologise(context, error);
  }

  /**
   * Takes an activity whose envelope was checked. Never throws and never tells a caller why.
   *
   * @param authorization - the `Authorization` header; empty when there was none.
   */
  async receive(
    activity: Readonly<Record<string, unknown>>,
    authorization: string,
    onTurn: (context: TurnContext) => Promise<void>,
  ): Promise<Received> {
    if (this.#needsToken && issuerOf(authorization) !== TOKEN_ISSUER) {
      this.#log.warn('auth.refused', { reason: 'issuer' });
      return { status: 401, body: { code: 'Unauthorized' } };
    }
    try {
      const response = await this.processActivity(authorization, withWireTypes(activity), onTurn);
      return response === undefined ? { status: 200, body: {} } : { status: response.status, body: response.body };
    } catch (error) {
      const isRefused = error instanceof AuthenticationError || error instanceof ForeignIssuerError;
      if (isRefused) this.#log.warn('auth.refused', { reason: error.name });
      else this.#log.error('activity.failed', { error: String(error) });
      return isRefused ? { status: 401, body: { code: 'Unauthorized' } } : { status: 500, body: { code: 'Internal' } };
    }
  }

  /** The token service of the Bot Framework, in and outside turns. */
  async userTokenClient(): Promise<UserTokenClient> {
    const itself = new ClaimsIdentity([{ type: AuthenticationConstants.AudienceClaim, value: this.#appId }]);
    const client = await this.botFrameworkAuthentication.createUserTokenClient(itself);
    limitCalls((client as unknown as { client?: HttpClient }).client);
    return client;
  }

  /** Speaks where an activity came from, outside its turn. */
  async speakAt(activity: Activity, work: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.continueConversationAsync(this.#appId, TurnContext.getConversationReference(activity), work);
  }

  async #apologise(context: TurnContext, error: Error): Promise<void> {
    const reference = newReference();
    this.#log.error('turn.crashed', { reference, error: String(error), stack: error.stack });
    try {
      await context.sendActivity(toActivity(apology(reference), 'en'));
    } catch (failure) {
      this.#log.error('apology.failed', { reference, error: String(failure) });
    }
  }
}

/**
 * The issuer a token claims to have, not yet verified.
 *
 * The SDK remembers every tenant that an unverified token names, for ever; so a token that does not even claim to come
 * from the Bot Connector is turned away before the SDK sees it.
 */
function issuerOf(authorization: string): unknown {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/u.exec(authorization)?.[1];
  if (payload === undefined || payload.length > 16_384) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}

async function requireIssuer(claims: Claim[]): Promise<void> {
  const issuer = claims.find(({ type }) => type === 'iss')?.value;
  if (issuer !== TOKEN_ISSUER) throw new ForeignIssuerError('the token was not issued by the Bot Connector');
  return Promise.resolve();
}

/** Texts of an activity the SDK sends back with every answer, and whose it is. It refuses to send what is no text. */
const TEXTS: readonly (readonly [part: string, names: readonly string[]])[] = [
  ['from', ['name', 'aadObjectId', 'role']],
  ['recipient', ['id', 'name', 'aadObjectId', 'role']],
  ['conversation', ['name', 'conversationType', 'tenantId', 'aadObjectId', 'role']],
];

/** The activity with the types the SDK counts on: dates where the wire has text, and nothing that is of another type. */
function withWireTypes(activity: Readonly<Record<string, unknown>>): Activity {
  const { id } = activity;
  const dates = ['timestamp', 'localTimestamp', 'expiration'].map((name) => {
    const value = activity[name];
    const date = typeof value === 'string' ? new Date(value) : undefined;
    return [name, date === undefined || Number.isNaN(date.getTime()) ? undefined : date] as const;
  });
  return {
    ...withTexts(activity, ['channelId', 'locale', 'replyToId']),
    ...Object.fromEntries(TEXTS.map(([part, names]) => [part, withTexts(activity[part], names)])),
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    ...Object.fromEntries(dates),
  } as unknown as Activity;
}

/** A record without those of the named properties that are no text; undefined when it is no record. */
function withTexts(value: unknown, names: readonly string[]): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isFit = ([name, part]: [string, unknown]): boolean =>
    name === 'isGroup' ? typeof part === 'boolean' : !names.includes(name) || typeof part === 'string';
  return Object.fromEntries(Object.entries(value).filter(isFit));
}
