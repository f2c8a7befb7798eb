import type { Connection } from '../connection';
import {
  UcwaApplicationGoneError,
  UcwaAuthenticationError,
  UcwaError,
  UcwaNotFoundError,
  UcwaProtocolError,
  UcwaUnknownOutcomeError,
  UntrustedLinkError,
} from '../errors';
import { printable } from '../href';
import type { JsonObject } from '../json';
import type { StateInfo, UcwaAccountOptions, UcwaApplicationIdentity, UcwaClock } from '../options';
import { hasSubcode, isGone, mayBePoolFailure } from '../outcome';
import { type Dashboard, dashboardLink, dashboardSelf, decodeMe } from '../resources/application';
import type { Continuation, EventPackage } from '../resources/event-package';
import { decodeInvitation } from '../resources/online-meeting-invitation';
import { embeddedOf, linkOf } from '../resources/resource';
import type { ApplicationsLink } from '../sign-in';
import type { Me } from '../surface';
import { Watched } from '../waiting';

import { Batches } from './batches';
import type { CommandChannel, Fetched, Posted } from './command-channel';
import { ConversationReader } from './conversation-reader';
import { type Conversation, end } from './conversation-view';
import { Conversations, sessionLost } from './conversations';
import { runEventChannel } from './event-channel';
import { type Operation, Operations } from './operations';

const noTokenForEvents = 'The event channel ended because no token for it could be had';

/** What an application is made with. */
export interface ApplicationParts {
  readonly connection: Connection;
  readonly channel: CommandChannel;
  readonly identity: UcwaApplicationIdentity;
  /** Whether the user's home is on another pool now. */
  readonly hasMoved: (signal: AbortSignal) => Promise<boolean>;
  /** Whether the application is ours still when another client polls it. */
  readonly isStillOurs?: UcwaAccountOptions['isStillOurs'];
}

/**
 * One signed-in application: its links, its event channel, and what the events say. All hrefs die with it.
 * Source: Skype/UCWA/application_ref.md.
 */
export class Application {
  readonly channel: CommandChannel;
  readonly me: Me;
  readonly operations: Operations;
  readonly conversations: Conversations;
  readonly reader: ConversationReader;
  readonly clock: UcwaClock;
  /** Notified after every package and every other change of operations and conversations. */
  readonly changes = new Watched();
  /** URLs of scheduled meetings by id. */
  readonly meetingUrls = new Map<string, URL>();
  readonly batches: Batches;
  /** Resources that are read once: by relation. */
  readonly readOnce = new Map<string, Promise<Fetched | undefined>>();
  readonly #connection: Connection;
  readonly #hasMoved: ApplicationParts['hasMoved'];
  readonly #isStillOurs: ApplicationParts['isStillOurs'];
  readonly #self: URL;
  readonly #stopping = new AbortController();
  #document: Fetched;
  readonly #rereadAt = new Map<Dashboard, number>();
  #channelFailure: UcwaError | undefined;
  #lostBecause: UcwaError | undefined;

  private constructor(
    parts: ApplicationParts,
    opened: { readonly document: Fetched; readonly self: URL; readonly me: Me },
  ) {
    this.#connection = parts.connection;
    this.#hasMoved = parts.hasMoved;
    this.#isStillOurs = parts.isStillOurs;
    this.channel = parts.channel;
    this.#document = opened.document;
    this.#self = opened.self;
    this.me = opened.me;
    this.batches = new Batches(parts.connection.clock.now);
    this.operations = new Operations(parts.connection.clock.now);
    this.conversations = new Conversations(opened.me.uri);
    this.clock = parts.connection.clock;
    this.reader = new ConversationReader({
      channel: parts.channel,
      conversations: this.conversations,
      clock: this.clock,
      base: opened.self,
      stopping: this.#stopping.signal,
      onChange: this.changes.notify.bind(this.changes),
    });
  }

  /** Makes the application (or gets hold of the one with our endpointId) and begins to poll its event channel. */
  static async create(parts: ApplicationParts, link: ApplicationsLink, signal: AbortSignal): Promise<Application> {
    const document = await readDocument(parts, await postApplication(parts, link, signal), signal);
    const self = linkOf(document.body, 'self');
    if (self === undefined) throw new UcwaProtocolError('The application has no self link');
    const me = await readMe(parts.channel, document, signal);
    const application = new Application(parts, { document, self: parts.channel.resolve(self.href, document.url), me });
    application.#startEventChannel(await application.#eventsUrl(signal), signal);
    return application;
  }

  /** Why this application is of no use for commands any more: the server ended it or our sign-in. */
  get lostBecause(): UcwaError | undefined {
    return this.#lostBecause;
  }

  /** Where several requests can be sent as one; `undefined` when the server does not offer it. */
  get batchUrl(): URL | undefined {
    const link = linkOf(this.#document.body, 'batch');
    return link === undefined ? undefined : this.channel.resolve(link.href, this.#document.url);
  }

  /** @throws when there is no event channel to follow an operation on. */
  assertListening(): void {
    const failure = this.#lostBecause ?? this.#channelFailure;
    if (failure !== undefined) throw failure;
  }

  /**
   * The URL of a dashboard's link. When the server does not show it, the application and the dashboard are read anew, at
   * most once a minute: links come and go with policy and readiness.
   *
   * @returns `undefined` when it is not available to this user now.
   */
  async link(dashboard: Dashboard, rel: string, signal: AbortSignal): Promise<URL | undefined> {
    const shown = this.#shownLink(dashboard, rel);
    const now = this.#connection.clock.now();
    if (shown !== undefined || now - (this.#rereadAt.get(dashboard) ?? -Infinity) < 60_000) return shown;
    this.#rereadAt.set(dashboard, now);
    await this.#reread(signal);
    const own = dashboardSelf(this.#document.body, dashboard);
    if (this.#shownLink(dashboard, rel) !== undefined || own === undefined) return this.#shownLink(dashboard, rel);
    try {
      const { body } = await this.channel.get(this.channel.resolve(own.href, this.#document.url), signal);
      this.#document = { ...this.#document, body: withDashboard(this.#document.body, dashboard, body) };
    } catch (error) {
      if (!(error instanceof UcwaNotFoundError)) throw error;
    }
    return this.#shownLink(dashboard, rel);
  }

  /** Whether the server still knows this application. */
  async isAlive(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#reread(signal);
      return true;
    } catch (error) {
      if (error instanceof UcwaNotFoundError) return false;
      throw error;
    }
  }

  /** Reads an invitation whose end the events left open. */
  async readInvitation(operation: Operation, signal: AbortSignal): Promise<void> {
    if (operation.invitationKey === undefined) return;
    const url = this.channel.resolve(operation.invitationKey, this.#self);
    const fetched = await this.channel.get(url, signal);
    this.operations.read(operation, decodeInvitation(fetched.body, url));
    this.changes.notify();
  }

  /** Resolves an href of the application. @throws UntrustedLinkError when it leads out of it. */
  resolve(href: string): URL {
    return this.channel.resolve(href, this.#self);
  }

  /** Stops polling; operations fail with `error`, conversations end. */
  stop(error: UcwaError): void {
    this.#lostBecause ??= error;
    this.#stopping.abort(error);
    this.#endEverything(error);
  }

  /** Deletes the application on the server; one that is gone counts as deleted. */
  async delete(signal: AbortSignal): Promise<void> {
    await this.channel.delete(this.#self, signal).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }

  #shownLink(dashboard: Dashboard, rel: string): URL | undefined {
    const link = dashboardLink(this.#document.body, dashboard, rel);
    return link === undefined ? undefined : this.channel.resolve(link.href, this.#document.url);
  }

  async #reread(signal: AbortSignal): Promise<void> {
    this.#document = await this.channel.get(this.#self, signal);
  }

  async #eventsUrl(signal: AbortSignal): Promise<URL> {
    const shown = linkOf(this.#document.body, 'events');
    if (shown !== undefined) return this.channel.resolve(shown.href, this.#document.url);
    await this.#reread(signal);
    const link = linkOf(this.#document.body, 'events');
    if (link === undefined) throw new UcwaProtocolError(`${printable(this.#self)} has no events link`);
    return this.channel.resolve(link.href, this.#document.url);
  }

  #startEventChannel(url: URL, lifetime: AbortSignal): void {
    const parts = {
      clock: this.#connection.clock,
      poll: this.channel.poll.bind(this.channel),
      resolve: this.channel.resolve.bind(this.channel),
      readEventsUrl: async (signal: AbortSignal): Promise<URL> => {
        await this.#reread(signal);
        return this.#eventsUrl(signal);
      },
      hasMoved: this.#hasMoved,
      isStillOurs: this.#isStillOurs,
      onPackage: this.#apply.bind(this),
    };
    runEventChannel(parts, url, this.#stopping.signal).catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return;
      // What is not ours comes from the caller's way of getting tokens: the next sign-in shows it to them as it is.
      const failure = error instanceof UcwaError ? error : new UcwaApplicationGoneError(noTokenForEvents);
      this.#channelFailure = failure;
      if (endsApplication(failure)) this.#lostBecause = failure;
      this.#tell(this.#lostBecause === undefined ? 'event-channel-lost' : 'application-lost', failure);
      this.#endEverything(failure);
      // Nobody would tell us any more what we are in.
      if (failure instanceof UntrustedLinkError) this.delete(lifetime).catch(() => undefined);
    });
  }

  #apply(eventPackage: EventPackage, id: string): void {
    const { events, continuation } = eventPackage;
    this.#connection.hooks.onEvents?.({ id, events: events.map(({ rel, type }) => `${rel} ${type}`) });
    if (continuation?.kind === 'resume') {
      this.#tell('resume');
      this.conversations.endAll('SessionReset');
    }
    for (const event of events) {
      this.operations.apply(event, this.#self);
      this.conversations.apply(event, this.#self);
    }
    if (continuation?.kind === 'resync') {
      this.#tell('resync');
      for (const conversation of this.conversations.open()) conversation.isStale = true;
    }
    this.changes.notify();
    void this.#catchUp(continuation?.kind ?? 'next');
  }

  /**
   * Reads what the events did not tell: what came without content, after a reset the operations under way, and after a
   * resync the conversations too (a resume has ended them).
   */
  async #catchUp(kind: Continuation['kind']): Promise<void> {
    const { signal } = this.#stopping;
    const operations = this.operations.pending().filter(({ needsReading }) => needsReading || kind !== 'next');
    await Promise.all([
      ...operations.map(async (operation) => this.readInvitation(operation, signal).catch(this.#lose(operation))),
      ...this.conversations.open().map(async (conversation) => this.#catchUpWith(conversation, kind)),
    ]);
  }

  async #catchUpWith(conversation: Conversation, kind: Continuation['kind']): Promise<void> {
    this.reader.fill(conversation);
    if (conversation.watchers > 0 || !(conversation.needsReading || kind === 'resync')) return;
    await this.reader.readItself(conversation, this.#stopping.signal).catch((error: unknown) => {
      if (!(error instanceof UcwaNotFoundError)) return;
      // Ordinarily its `deleted` is on its way, with the reason; after a resync it may never come.
      conversation.needsReading = false;
      if (kind === 'resync') end(conversation, 'SessionReset');
      this.changes.notify();
    });
  }

  #lose(operation: Operation): (error: unknown) => void {
    return (error) => {
      if (!(error instanceof UcwaNotFoundError)) return;
      operation.error ??= new UcwaUnknownOutcomeError('The server no longer knows the operation', error);
      this.changes.notify();
    };
  }

  #endEverything(error: UcwaError): void {
    // What is gone is the application, and not what an operation asked for.
    const isGone = error instanceof UcwaNotFoundError || mayBePoolFailure(error);
    this.operations.failAll(isGone ? new UcwaUnknownOutcomeError('The server dropped the application', error) : error);
    this.conversations.endAll(sessionLost);
    this.changes.notify();
  }

  #tell(state: StateInfo['state'], error?: UcwaError): void {
    this.#connection.hooks.onState?.({ state, ...(error === undefined ? {} : { reason: error.code }) });
  }
}

/** Gone with its pool, ended by the server, or no longer ours; any other failure leaves the commands working. */
function endsApplication(error: UcwaError): boolean {
  if (error instanceof UcwaAuthenticationError || error instanceof UcwaApplicationGoneError) return true;
  if (error instanceof UntrustedLinkError) return true; // whoever says that is not who we signed in to
  return mayBePoolFailure(error) || isGone(error);
}

/** Creating is repeatable: the same endpointId gets the same application. Source: Skype/UCWA/MultiTabSupport.md. */
async function postApplication(parts: ApplicationParts, link: ApplicationsLink, signal: AbortSignal): Promise<Posted> {
  const { userAgent, endpointId, culture } = parts.identity;
  const body = { userAgent, endpointId, culture };
  const post = async (headers: Readonly<Record<string, string>>): Promise<Posted> =>
    parts.channel.post({ url: link.url, body, headers, methodClass: 'repeatable' }, signal);
  if (link.revision < 2) return post({});
  try {
    return await post({ 'X-MS-RequiresMinResourceVersion': '2' });
  } catch (error) {
    if (hasSubcode(error, 'APIVersionNotSupported')) return post({});
    throw error;
  }
}

async function readDocument(parts: ApplicationParts, posted: Posted, signal: AbortSignal): Promise<Fetched> {
  if (posted.body !== undefined) return { url: posted.url, body: posted.body };
  if (posted.location === undefined) throw new UcwaProtocolError('The new application came without body and Location');
  return parts.channel.get(posted.location, signal);
}

async function readMe(channel: CommandChannel, document: Fetched, signal: AbortSignal): Promise<Me> {
  const [embedded] = embeddedOf(document.body, 'me');
  if (embedded !== undefined) return decodeMe(embedded);
  const link = linkOf(document.body, 'me');
  return decodeMe(link === undefined ? {} : (await channel.get(channel.resolve(link.href, document.url), signal)).body);
}

function withDashboard(application: JsonObject, dashboard: Dashboard, content: JsonObject): JsonObject {
  const embedded = { ...(application._embedded as JsonObject | undefined), [dashboard]: content };
  return { ...application, _embedded: embedded };
}
