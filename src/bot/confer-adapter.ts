import {
  type Activity,
  ActivityEventNames,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationReference,
  TurnContext,
} from 'botbuilder';
import {
  type AuthenticateRequestResult,
  AuthenticationConstants,
  ClaimsIdentity,
  type ConnectorClient,
  type ServiceClientCredentialsFactory,
  type UserTokenClient,
} from 'botframework-connector';

import { PostImpossibleError } from '../journal/errors';
import { AppError } from '../shared/app-error';
import { HandOver } from '../shared/hand-over';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Paces } from '../shared/paces';
import { newReference } from '../shared/reference';
import type { VerifiedCaller } from '../shared/verified-caller';

import { apology } from './apology';
import { type CallRules, callRules, type HttpClient, limitCalls } from './call-limits';
import type { Conversations } from './conversations';
import { NotTakenError } from './late-messages';
import { type Manner, onTheSpot, setManner } from './manner';
import { withHandOver } from './operation-hearers';
import { toActivity } from './reply-activity';

/** Somebody asked the SDK to check a token: only src/http does that. */
export class SdkCheckError extends AppError {
  readonly code = 'auth.sdkCheck';
}

/** What one received activity comes to over HTTP. */
export interface Received {
  readonly status: number;
  readonly body?: unknown;
  /** To be told whether the answer was handed over. */
  readonly handOver?: HandOver;
}

/** Collaborators of {@link ConferAdapter}. */
export interface ConferAdapterDeps {
  readonly credentials: ServiceClientCredentialsFactory;
  /** Empty in local mode. */
  readonly appId: string;
  /** Whose tokens Confer sends with its answers; also the issuer of the tokens it gets. */
  readonly connector: string;
  /** How often something may be sent, in all processes together; default: in this one. */
  readonly paces?: Paces;
  /** Knows the present addresses of conversations, and which are dead. */
  readonly conversations?: Conversations;
  /** How calls wait for their place, and before they are sent again. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/**
 * The SDK's clients, without its checks: those decode unverified tokens, remember what they name for ever, and believe
 * tokens made for emulators and skills.
 */
class ClientsOnly extends ConfigurationBotFrameworkAuthentication {
  override async authenticateChannelRequest(): Promise<never> {
    return Promise.reject(new SdkCheckError('tokens are checked in src/http'));
  }

  override async authenticateRequest(): Promise<never> {
    return Promise.reject(new SdkCheckError('tokens are checked in src/http'));
  }

  override async authenticateStreamingRequest(): Promise<never> {
    return Promise.reject(new SdkCheckError('tokens are checked in src/http'));
  }
}

/** The Bot Framework adapter with the defaults this house needs: no checks of its own, time limits, no silent repeats. */
export class ConferAdapter extends CloudAdapter {
  readonly #log: Logger;
  readonly #rules: CallRules;
  readonly #conversations: Conversations | undefined;
  readonly #appId: string;
  readonly #audience: string;
  readonly #clients: ClientsOnly;

  constructor(deps: ConferAdapterDeps) {
    const { credentials, appId, connector, log, conversations } = deps;
    const clients = new ClientsOnly(
      {
        ToChannelFromBotOAuthScope: connector,
        ToBotFromChannelTokenIssuer: connector,
        OAuthUrl: connector,
      },
      credentials,
    );
    super(clients);
    this.#log = log;
    this.#conversations = conversations;
    this.#rules = callRules({ ...deps, died: conversations?.died.bind(conversations) });
    this.#appId = appId;
    this.#audience = connector;
    this.#clients = clients;
    this.use(async (context, next) => {
      const client = context.turnState.get<ConnectorClient | undefined>(this.ConnectorClientKey);
      limitCalls(client as HttpClient | undefined, this.#rules, context);
      await next();
    });
    this.onTurnError = async (context, error) => {
      // Whoever speaks outside a turn has to know what came of it; nobody waits there for an apology.
      if (context.activity.name === ActivityEventNames.ContinueConversation) throw error;
      if (error instanceof NotTakenError) throw error;
      await this.#apologise(context, error);
    };
  }

  /**
   * Takes an activity that was let in. Never throws and never tells a caller why.
   *
   * @param caller - who handed it in; decides which app answers.
   */
  async receive(
    activity: Readonly<Record<string, unknown>>,
    caller: VerifiedCaller,
    onTurn: (context: TurnContext) => Promise<void>,
  ): Promise<Received> {
    const handOver = new HandOver();
    const answering = async (context: TurnContext): Promise<void> => {
      withHandOver(context, handOver);
      await onTurn(context);
    };
    try {
      const response = await this.processActivity(this.#identityOf(caller), withWireTypes(activity), answering);
      if (response === undefined) return { status: 200, body: {} };
      return { status: response.status, body: response.body as unknown, handOver };
    } catch (error) {
      handOver.settle(false);
      // The Bot Connector delivers again what was answered so.
      if (error instanceof NotTakenError) return { status: 503, body: { code: 'NotTaken' } };
      this.#log.error('activity.failed', { error: String(error) });
      return { status: 500, body: { code: 'Internal' } };
    }
  }

  /** The token service of the Bot Framework, in and outside turns. */
  async userTokenClient(): Promise<UserTokenClient> {
    const itself = new ClaimsIdentity([{ type: AuthenticationConstants.AudienceClaim, value: this.#appId }]);
    const client = await this.botFrameworkAuthentication.createUserTokenClient(itself);
    limitCalls((client as unknown as { client?: HttpClient }).client, this.#rules);
    return client;
  }

  /** Speaks where an activity came from, outside its turn. @throws PostImpossibleError, and whatever `work` does. */
  async speakAt(
    activity: Activity,
    work: (context: TurnContext) => Promise<void>,
    manner: Manner = onTheSpot,
  ): Promise<void> {
    const reference = TurnContext.getConversationReference(activity);
    const address = await (this.#conversations?.addressOf(reference) ?? reference);
    if (address === undefined) throw new PostImpossibleError('the address is not allowed any more');
    await this.speakIn(address, work, manner);
  }

  /** Speaks where a reference points to, as it is. */
  async speakIn(
    reference: Partial<ConversationReference>,
    work: (context: TurnContext) => Promise<void>,
    manner: Manner,
  ): Promise<void> {
    await this.continueConversationAsync(this.#appId, reference, async (context) => {
      setManner(context, manner);
      await work(context);
    });
  }

  /**
   * One member of the conversation an activity came from, as Teams describes them; nothing of it was looked at.
   *
   * @param memberId - what Teams or the directory calls them, or their user principal name.
   * @throws whatever the connector refuses with; 404 for somebody who is no member.
   */
  async memberAround(activity: Activity, memberId: string, signal: AbortSignal): Promise<unknown> {
    let outcome: { readonly member: unknown } | { readonly failure: unknown } | undefined;
    await this.speakAt(activity, async (context) => {
      const client = context.turnState.get<ConnectorClient>(this.ConnectorClientKey);
      try {
        const options = { abortSignal: signal };
        const member = await client.conversations.getConversationMember(rosterIdOf(activity), memberId, options);
        outcome = { member };
      } catch (failure) {
        // A turn that fails says so in the chat: this is not the person's concern.
        outcome = { failure };
      }
    });
    if (outcome !== undefined && 'failure' in outcome) throw outcome.failure;
    return outcome?.member;
  }

  /** What the SDK's own check would have come to. */
  #identityOf(caller: VerifiedCaller): AuthenticateRequestResult {
    const claimsIdentity =
      caller.kind === 'local'
        ? new ClaimsIdentity([], AuthenticationConstants.AnonymousAuthType)
        : new ClaimsIdentity(
            [
              { type: AuthenticationConstants.AudienceClaim, value: caller.appId },
              { type: AuthenticationConstants.IssuerClaim, value: caller.issuer },
              { type: AuthenticationConstants.ServiceUrlClaim, value: caller.serviceUrl },
            ],
            true,
          );
    const connectorFactory = this.#clients.createConnectorFactory(claimsIdentity);
    return { audience: this.#audience, claimsIdentity, connectorFactory };
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

/** Whose members count: the whole team's in a channel. */
function rosterIdOf({ channelData, conversation }: Activity): string {
  const { team } = (channelData ?? {}) as { readonly team?: { readonly id?: unknown } };
  return typeof team?.id === 'string' ? team.id : conversation.id;
}
