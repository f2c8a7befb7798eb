import type { AuthorizedTransport } from '../authorized-transport';
import type { Connection } from '../connection';
import { UcwaApplicationGoneError, UcwaError, UcwaNotEnabledError, UcwaResponseError } from '../errors';
import type { UcwaAccountOptions, UcwaApplicationIdentity, UcwaFormat, UcwaServer } from '../options';
import { mayBePoolFailure, mayHaveArrived, verdictOn } from '../outcome';
import { type ApplicationsLink, findApplications } from '../sign-in';
import type { TokenStore } from '../tokens';
import { SingleFlight } from '../waiting';

import { Application } from './application';
import { CommandChannel } from './command-channel';

/** At most so many applications are made anew in this time; a server that keeps losing them is left alone. */
const recreationLimit = { count: 3, withinMs: 600_000 } as const;

/** Discovery serves everybody: it is asked at most once in this time whether we have moved. */
const discoveryRestMs = 60_000;

/** After the server evicted us for having too many applications, nothing is made anew for this long. */
const evictedMs = 900_000;

/** What a session is made of. */
export interface SessionParts {
  readonly connection: Connection;
  readonly server: UcwaServer;
  readonly identity: UcwaApplicationIdentity;
  readonly format: UcwaFormat;
  readonly tokens: TokenStore;
  readonly authorized: AuthorizedTransport;
  readonly isStillOurs?: UcwaAccountOptions['isStillOurs'];
  /** Ends shared work when the account is closed. */
  readonly lifetime: AbortSignal;
  /** Runs after an application was made, before anybody uses it. */
  readonly onCreated: (application: Application, signal: AbortSignal) => Promise<void>;
}

/** Keeps one signed-in application and makes a new one when the server has lost it. */
export class Session {
  readonly #parts: SessionParts;
  readonly #flight = new SingleFlight<Application>();
  readonly #looking = new SingleFlight<void>();
  #lookedAt = -Infinity;
  #application: Application | undefined;
  #applications: ApplicationsLink | undefined;
  #recreatedAt: number[] = [];
  #barred: { readonly error: UcwaError; readonly until: number } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** The application if there is one now. */
  get current(): Application | undefined {
    return this.#application;
  }

  /** The application; made when there is none. Concurrent callers share the making. */
  async application(signal: AbortSignal): Promise<Application> {
    const lostBecause = this.#application?.lostBecause;
    if (lostBecause !== undefined) this.#drop(lostBecause);
    if (this.#application !== undefined) return this.#application;
    this.#assertNotBarred();
    return this.#flight.run(async () => this.#create(), signal);
  }

  /**
   * Whether `error`, met while using `application`, means that the server has lost it without doing what was asked; an
   * application that is lost is dropped here too. A missing sub-resource is reported with the same code, so the
   * application itself is asked. Source: Skype/UCWA/ApplicationDashboard.md.
   */
  async hasLost(application: Application, error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof UcwaError)) return false;
    if (application.lostBecause === error) return true;
    if (isEviction(error)) {
      this.#drop(error, application);
      return false;
    }
    const meaning = verdictOn(error).application;
    const isLost = meaning === 'lost' || (meaning === 'ask' && !(await application.isAlive(signal)));
    if (isLost) this.#drop(error, application);
    if (isLost || !mayBePoolFailure(error)) return isLost;
    const hasMoved = await this.#hasMoved(application.channel.origin, signal);
    if (hasMoved) this.#drop(error, application);
    return hasMoved && !mayHaveArrived(error);
  }

  /**
   * Whether the user's home is not on the pool at `origin` any more. A pool that cannot be reached does not say so itself:
   * discovery is asked, and its answer remembered for the next application. Source: Skype/UCWA/RootURL.md.
   */
  async #hasMoved(origin: string, signal: AbortSignal): Promise<boolean> {
    const isElsewhere = (): boolean => (this.#applications?.url.origin ?? origin) !== origin;
    if (!isElsewhere()) await this.#looking.run(async () => this.#look(), signal);
    return isElsewhere();
  }

  async #look(): Promise<void> {
    if (this.#now() - this.#lookedAt < discoveryRestMs) return;
    this.#lookedAt = this.#now();
    try {
      this.#applications = await findApplications(this.#parts, this.#parts.lifetime);
    } catch (error) {
      if (!(error instanceof UcwaError)) throw error; // else: what is known stays the best there is
    }
  }

  #drop(error: UcwaError, application = this.#application): void {
    if (isEviction(error)) {
      const isFinal = verdictOn(error).application === 'banned';
      this.#barred = { error, until: isFinal ? Infinity : this.#now() + evictedMs };
    }
    application?.stop(error);
    if (this.#application !== application) return; // somebody else dropped it before
    this.#application = undefined;
    this.#parts.connection.hooks.onState?.({ state: 'application-lost', reason: error.code });
    this.#recreatedAt.push(this.#now());
  }

  #assertNotBarred(): void {
    if (this.#barred !== undefined && this.#now() < this.#barred.until) throw this.#barred.error;
    this.#recreatedAt = this.#recreatedAt.filter((at) => this.#now() - at < recreationLimit.withinMs);
    if (this.#recreatedAt.length > recreationLimit.count) {
      throw new UcwaApplicationGoneError('The server loses the application again and again');
    }
  }

  async #create(): Promise<Application> {
    const { hooks } = this.#parts.connection;
    const { lifetime } = this.#parts;
    hooks.onState?.({ state: 'signing-in' });
    const application = await this.#createAt(this.#applications !== undefined);
    await this.#parts.onCreated(application, lifetime).catch((error: unknown) => {
      application.stop(new UcwaApplicationGoneError('Its making was not completed'));
      throw error;
    });
    this.#application = application;
    hooks.onState?.({ state: 'running' });
    return application;
  }

  /**
   * A remembered pool that refuses or does not answer is looked for anew, once; one that is busy (503) stays remembered
   * unless discovery has another. Source: Skype/UCWA/RootURL.md.
   */
  async #createAt(isRemembered: boolean): Promise<Application> {
    const { connection, identity, authorized, format, lifetime, isStillOurs } = this.#parts;
    this.#applications ??= await findApplications(this.#parts, lifetime);
    const link = this.#applications;
    const { origin } = link.url;
    const channel = new CommandChannel(connection, authorized, { origin, format });
    const hasMoved = async (signal: AbortSignal): Promise<boolean> => this.#hasMoved(origin, signal);
    try {
      return await Application.create({ connection, channel, identity, hasMoved, isStillOurs }, link, lifetime);
    } catch (error) {
      const isDismissed = verdictOn(error).rediscover === true;
      if (!isDismissed && !(isRemembered && mayBePoolFailure(error) && (await hasMoved(lifetime)))) throw error;
      if (isDismissed) this.#applications = undefined;
      if (isRemembered) return this.#createAt(false);
      throw error instanceof UcwaResponseError && error.status === 403 ? notAllowed(error) : error;
    }
  }

  #now(): number {
    return this.#parts.connection.clock.now();
  }
}

function isEviction(error: UcwaError): boolean {
  const { application } = verdictOn(error);
  return application === 'evicted' || application === 'banned';
}

function notAllowed(error: UcwaResponseError): UcwaNotEnabledError {
  return new UcwaNotEnabledError('ucwa', 'The server does not let this user make a UCWA application', error);
}
