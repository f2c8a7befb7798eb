import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import { AuthorizedTransport } from './authorized-transport';
import { type Connection, openConnection } from './connection';
import { UcwaClosedError, type UcwaError, UcwaNotFoundError, UcwaTransportError } from './errors';
import { resolveJoinUrl } from './join-url';
import { compact, type JsonObject } from './json';
import { MeetingExtensions } from './meeting-extensions';
import type { UcwaAccountOptions } from './options';
import { verdictOn } from './outcome';
import { type MyOnlineMeeting, withoutBlanks } from './resources/my-online-meeting';
import { decodeDefaultValues, type OnlineMeetingDefaultValues } from './resources/online-meeting-default-values';
import { decodeEligibleValues, type OnlineMeetingEligibleValues } from './resources/online-meeting-eligible-values';
import {
  decodeInvitationCustomization,
  type OnlineMeetingInvitationCustomization,
} from './resources/online-meeting-invitation-customization';
import { decodePolicies, type OnlineMeetingPolicies } from './resources/online-meeting-policies';
import { decodePhoneDialInInformation, type PhoneDialInInformation } from './resources/phone-dial-in-information';
import { ScheduledMeetings } from './scheduled-meetings';
import type { Application } from './session/application';
import type { Fetched } from './session/command-channel';
import type { MeetingInProgress } from './session/joined-meeting';
import { readMeeting } from './session/meeting-collection';
import { type EntryRequest, followEntry, postEntry } from './session/meeting-entry';
import { findEntered } from './session/meeting-return';
import { Session } from './session/session';
import type {
  JoinedMeeting,
  JoinOnlineMeetingInput,
  Me,
  MyOnlineMeetings,
  OnlineMeetingExtensions,
  StartOnlineMeetingInput,
  UcwaAccount,
} from './surface';
import { TokenStore } from './tokens';
import { waitFor, withLimits } from './waiting';

/** Makes an account object. Nothing is sent before the first call. */
export function createUcwaAccount(options: UcwaAccountOptions): UcwaAccount {
  return new Account(options);
}

/** All parts of the client, put together. Everything is private: printing the object shows no secret. */
class Account implements UcwaAccount {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #tokens: TokenStore;
  readonly #meetings: ScheduledMeetings;
  readonly #extensions: MeetingExtensions;
  readonly #closing = new AbortController();
  readonly #joined = new Set<MeetingInProgress>();
  readonly #operationMs: number;
  /** How long events are waited for after a POST with an open outcome. */
  readonly #lookMs: number;
  readonly #forget = (meeting: MeetingInProgress): void => {
    this.#joined.delete(meeting);
  };

  constructor(options: UcwaAccountOptions) {
    this.#operationMs = options.timeouts?.operationMs ?? 60_000;
    this.#lookMs = Math.min(30_000, this.#operationMs / 2);
    this.#connection = openConnection(options, options.application.userAgent);
    const lifetime = this.#closing.signal;
    setMaxListeners(0, lifetime); // one for every call under way
    this.#tokens = new TokenStore(
      this.#connection,
      { credentials: options.credentials, callbackMs: this.#operationMs },
      lifetime,
    );
    this.#meetings = new ScheduledMeetings(this.#run.bind(this), this.#connection.clock);
    this.#extensions = new MeetingExtensions(this.#run.bind(this), this.#connection.clock);
    this.#session = new Session({
      connection: this.#connection,
      server: options.server,
      identity: options.application,
      format: options.format ?? 'json',
      isStillOurs: options.isStillOurs,
      tokens: this.#tokens,
      authorized: new AuthorizedTransport(this.#connection, this.#tokens),
      lifetime,
      onCreated: async (application, signal) => {
        if (!this.#isGuestAt(application)) await this.#meetings.takeStock(application, signal);
      },
    });
  }

  get meetings(): MyOnlineMeetings {
    return this.#meetings;
  }

  get extensions(): OnlineMeetingExtensions {
    return this.#extensions;
  }

  async signIn(signal: AbortSignal): Promise<Me> {
    return this.#run(async (application) => Promise.resolve(application.me), signal);
  }

  async eligibleValues(signal: AbortSignal): Promise<OnlineMeetingEligibleValues | undefined> {
    return this.#readOnce('onlineMeetingEligibleValues', decodeEligibleValues, signal);
  }

  async defaultValues(signal: AbortSignal): Promise<OnlineMeetingDefaultValues | undefined> {
    return this.#readOnce('onlineMeetingDefaultValues', decodeDefaultValues, signal);
  }

  async policies(signal: AbortSignal): Promise<OnlineMeetingPolicies | undefined> {
    return this.#readOnce('onlineMeetingPolicies', decodePolicies, signal);
  }

  async phoneDialInInformation(signal: AbortSignal): Promise<PhoneDialInInformation | undefined> {
    return this.#readOnce('phoneDialInInformation', decodePhoneDialInInformation, signal);
  }

  async invitationCustomization(signal: AbortSignal): Promise<OnlineMeetingInvitationCustomization | undefined> {
    return this.#readOnce('onlineMeetingInvitationCustomization', decodeInvitationCustomization, signal);
  }

  async assignedMeeting(signal: AbortSignal): Promise<MyOnlineMeeting | undefined> {
    return this.#run(async (application, limited) => {
      const url = await application.link('onlineMeetings', 'myAssignedOnlineMeeting', limited);
      return url === undefined ? undefined : readMeeting(application, url, limited).catch(undefinedWhenMissing);
    }, signal);
  }

  async startOnlineMeeting(input: StartOnlineMeetingInput, signal: AbortSignal): Promise<JoinedMeeting> {
    return this.#enter('startOnlineMeeting', input, signal);
  }

  async joinOnlineMeeting(input: JoinOnlineMeetingInput, signal: AbortSignal): Promise<JoinedMeeting> {
    return this.#enter('joinOnlineMeeting', input, signal);
  }

  async findJoinedMeeting(threadId: string, signal: AbortSignal): Promise<JoinedMeeting | undefined> {
    const meeting = await this.#run(async (application, limited) => {
      const wanted = { threadId, lookMs: this.#lookMs, onLeft: this.#forget };
      return findEntered(application, wanted, limited);
    }, signal);
    if (meeting !== undefined) this.#joined.add(meeting);
    return meeting;
  }

  async resolveJoinUrl(
    url: string,
    options: { readonly meetHosts: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ onlineMeetingUri: string }> {
    const target = { url, meetHosts: options.meetHosts };
    return this.#limited(async (limited) => resolveJoinUrl(this.#connection, target, limited), signal);
  }

  async close(signal: AbortSignal): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const application = this.#session.current;
    try {
      if (application !== undefined) await this.#signOut(application, signal);
    } finally {
      this.detach();
    }
  }

  detach(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new UcwaClosedError());
    this.#session.current?.stop(new UcwaClosedError());
    this.#connection.transport.close();
    this.#connection.hooks.onState?.({ state: 'closed' });
  }

  async #signOut(application: Application, signal: AbortSignal): Promise<void> {
    const limits = {
      signals: [signal],
      timeoutMs: this.#operationMs,
      timeoutError: (): Error => operationTimeout(this.#operationMs),
    };
    await withLimits(limits, async (limited) => {
      const leaving = [...this.#joined].map(async (meeting) => meeting.leave(limited));
      await Promise.allSettled(leaving); // deleting the application ends them anyway
      application.stop(new UcwaClosedError());
      await application.delete(limited);
    });
  }

  async #enter(
    rel: EntryRequest['rel'],
    input: StartOnlineMeetingInput & { readonly onlineMeetingUri?: string },
    signal: AbortSignal,
  ): Promise<JoinedMeeting> {
    const operationId = input.operationId ?? randomUUID().replaceAll('-', '');
    const { importance, subject, threadId } = input;
    const onlineMeetingUri = input.onlineMeetingUri === undefined ? undefined : withoutBlanks(input.onlineMeetingUri);
    const body: JsonObject = compact({ onlineMeetingUri, operationId, importance, subject, threadId });
    const { leaveWhenGivenUp = true } = input;
    const request = { rel, operationId, body, lookMs: this.#lookMs, leaveWhenGivenUp };
    const posted = await this.#run(async (application, limited) => {
      const asWho = { ...request, body: { ...this.#asGuest(application), ...request.body } };
      return { application, operation: await postEntry(application, asWho, limited) };
    }, signal);
    const follow = {
      operation: posted.operation,
      timeoutMs: this.#operationMs,
      lookMs: request.lookMs,
      leaveWhenGivenUp,
      onLeft: this.#forget,
    };
    const meeting = await followEntry(posted.application, follow, signal);
    this.#joined.add(meeting);
    return meeting;
  }

  /** What a guest's join carries besides; a person must not send it. Source: Skype/UCWA/joinOnlineMeeting_ref.md. */
  #asGuest(application: Application): JsonObject {
    const credentials = this.#tokens.credentialsAt(application.channel.origin);
    return credentials?.kind === 'anonymous' ? { anonymousDisplayName: credentials.displayName } : {};
  }

  /** Guests have no schedule. */
  #isGuestAt(application: Application): boolean {
    return this.#tokens.credentialsAt(application.channel.origin)?.kind === 'anonymous';
  }

  /** Reads a resource that does not change while the application lives. A failure is not remembered. */
  async #readOnce<T>(rel: string, decode: (raw: JsonObject) => T, signal: AbortSignal): Promise<T | undefined> {
    return this.#run(async (application, limited) => {
      const reading = application.readOnce.get(rel) ?? this.#beginReading(application, rel);
      const fetched = await waitFor(reading, limited);
      return fetched === undefined ? undefined : decode(fetched.body);
    }, signal);
  }

  async #beginReading(application: Application, rel: string): Promise<Fetched | undefined> {
    const { signal } = this.#closing;
    const read = async (): Promise<Fetched | undefined> => {
      const url = await application.link('onlineMeetings', rel, signal);
      return url === undefined ? undefined : application.channel.get(url, signal).catch(undefinedWhenMissing);
    };
    const reading = read();
    application.readOnce.set(rel, reading);
    reading.catch(() => application.readOnce.delete(rel));
    return reading;
  }

  /** Runs work on the application, and once more on a new one when the server has lost it meanwhile. */
  async #run<T>(work: (application: Application, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#limited(async (limited) => {
      const application = await this.#session.application(limited);
      try {
        return await work(application, limited);
      } catch (error) {
        limited.throwIfAborted();
        if (!(await this.#session.hasLost(application, error, limited))) throw error;
      }
      return work(await this.#session.application(limited), limited);
    }, signal);
  }

  async #limited<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const limits = {
      signals: [this.#closing.signal, signal],
      timeoutMs: this.#operationMs,
      timeoutError: (): Error => operationTimeout(this.#operationMs),
    };
    return withLimits(limits, async (limited) => waitFor(work(limited), limited));
  }
}

function operationTimeout(timeoutMs: number): UcwaError {
  const networkCode = `not done in ${String(timeoutMs)} ms`;
  return new UcwaTransportError('The UCWA call', { kind: 'timeout', ambiguous: true, networkCode });
}

/** For resources that may be missing: 404 is an answer. Whether the application itself is lost shows at the next call. */
function undefinedWhenMissing(error: unknown): undefined {
  if (error instanceof UcwaNotFoundError && verdictOn(error).application === undefined) return undefined;
  throw error;
}
