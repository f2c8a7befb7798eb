import { createHash, randomUUID } from 'node:crypto';

import { MeetingChangedError, MeetingProblem } from '../../meetings/errors';
import type { DialIn, Meeting, MeetingChanges, MeetingDraft, MeetingOptions } from '../../meetings/meeting';
import type { Attendance, MeetingGateway, StartWish } from '../../meetings/ports';
import type { Logger } from '../../shared/logger';
import {
  type JoinedMeeting,
  type MyOnlineMeeting,
  type UcwaAccount,
  UcwaClosedError,
  UcwaError,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaProxyAnswerError,
  UcwaTransportError,
} from '../../ucwa';

import { isAddressOf, type OrganizerFacts, toDialIn, toInput, toLiveMeeting, toMeeting, toOptions } from './mapping';
import { joinDescription, splitDescription } from './marker';
import { translateError } from './translate-error';
import { isMeetingHost, mayShowJoinUrl, type UrlRules } from './url-rules';

/** Collaborators of the gateway, made in src/compose. */
export interface UcwaMeetingGatewayDeps {
  readonly account: UcwaAccount;
  readonly urls: UrlRules;
  readonly log: Logger;
}

/** Maps the domain's wishes onto UCWA. Nothing of UCWA, its errors included, leaves this folder. */
export class UcwaMeetingGateway implements MeetingGateway {
  readonly #deps: UcwaMeetingGatewayDeps;
  /** What a meeting was decoded from: a PUT has to send back every property, known or not. */
  readonly #sources = new WeakMap<Meeting, MyOnlineMeeting>();
  /** Hosts that the server's own join links name. */
  readonly #linkedHosts = new Set<string>();

  constructor(deps: UcwaMeetingGatewayDeps) {
    this.#deps = deps;
  }

  async list(signal: AbortSignal): Promise<readonly Meeting[]> {
    return translatedForNoMeeting(async () => {
      const organizer = await this.#organizer(signal);
      const meetings = await this.#deps.account.meetings.list(signal);
      return meetings.map((wire) => toMeeting(wire, organizer));
    });
  }

  async get(id: string, signal: AbortSignal): Promise<Meeting> {
    return translated(async () => {
      const organizer = await this.#organizer(signal);
      return this.#meeting(await this.#deps.account.meetings.get(id, signal), organizer);
    });
  }

  async create(draft: MeetingDraft, marker: string, signal: AbortSignal): Promise<Meeting> {
    return translatedForNoMeeting(async () => {
      const organizer = await this.#organizer(signal);
      const input = toInput({ ...draft, description: joinDescription(draft.description ?? '', marker) });
      const created = await this.#deps.account.meetings.create(input, signal).catch(orOpenOutcome);
      return this.#meeting(created, organizer);
    });
  }

  async findMarked(marker: string, signal: AbortSignal): Promise<readonly Meeting[]> {
    return translatedForNoMeeting(async () => {
      const organizer = await this.#organizer(signal);
      const meetings = await this.#deps.account.meetings.list(signal);
      const marked = meetings.filter(({ description }) => splitDescription(description).marker === marker);
      return marked.map((wire) => toMeeting(wire, organizer));
    });
  }

  async update(current: Meeting, changes: MeetingChanges, signal: AbortSignal): Promise<Meeting> {
    return translated(async () => {
      const { account } = this.#deps;
      const organizer = await this.#organizer(signal);
      const source = this.#sources.get(current) ?? (await account.meetings.get(current.id, signal));
      if (source.etag !== current.version) throw new MeetingChangedError(current.id);
      try {
        return this.#meeting(
          await account.meetings.update(source, toInput(withMarker(changes, source)), signal),
          organizer,
        );
      } catch (error) {
        if (error instanceof UcwaPreconditionFailedError) throw new MeetingChangedError(current.id);
        throw error;
      }
    });
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await translated(async () => this.#deps.account.meetings.remove(id, signal));
  }

  async options(signal: AbortSignal): Promise<MeetingOptions> {
    return translated(async () => {
      const { account } = this.#deps;
      const [eligible, defaults, policies] = await Promise.all([
        account.eligibleValues(signal),
        account.defaultValues(signal),
        account.policies(signal),
      ]);
      return toOptions({ eligible, defaults, policies });
    });
  }

  async dialIn(signal: AbortSignal): Promise<DialIn> {
    return translated(async () => toDialIn(await this.#deps.account.phoneDialInInformation(signal)));
  }

  async start(subject: string, { marker, tries }: StartWish, signal: AbortSignal): Promise<Attendance> {
    return translatedForNoMeeting(async () => {
      const ids = { operationId: wireIdOf(`${marker} ${String(tries)}`), threadId: wireIdOf(marker) };
      // Whoever gives up here looks for the meeting by its thread, and so does whoever comes after this process.
      const input = { subject, importance: 'Normal', ...ids, leaveWhenGivenUp: false } as const;
      const joined = await this.#deps.account.startOnlineMeeting(input, signal).catch(orOpenOutcome);
      const attendance = this.#attendance(joined);
      return { ...attendance, meeting: { ...attendance.meeting, subject } };
    });
  }

  async findStarted(marker: string, signal: AbortSignal): Promise<Attendance | undefined> {
    return translatedForNoMeeting(async () => {
      const joined = await this.#deps.account.findJoinedMeeting(wireIdOf(marker), signal);
      return joined === undefined ? undefined : this.#attendance(joined);
    });
  }

  async join(conferenceUri: string, signal: AbortSignal): Promise<Attendance> {
    return translated(async () => {
      const ids = { operationId: wireId(), threadId: wireId() };
      const input = { onlineMeetingUri: conferenceUri, importance: 'Normal', ...ids } as const;
      return this.#attendance(await this.#deps.account.joinOnlineMeeting(input, signal));
    });
  }

  async resolveJoinUrl(url: URL, signal: AbortSignal): Promise<string> {
    return translated(async () => {
      try {
        const options = { meetHosts: [url.host.toLowerCase()] };
        return (await this.#deps.account.resolveJoinUrl(url.href, options, signal)).onlineMeetingUri;
      } catch (error) {
        if (!(error instanceof UcwaError)) throw error;
        const { code, facts, cause } = translateError(error);
        // Whoever has a join link can come in: logs name its host only.
        const known = String(cause).replaceAll(`${url.origin}${url.pathname}`, url.origin);
        if (isNoMeetingPage(error)) throw new MeetingProblem('join.notAMeeting', { cause: known });
        // The page may be on another machine than the server, and asking it changed nothing.
        if (code === 'server.unreachable' || code === 'server.slow') {
          throw new MeetingProblem('join.noAnswer', { facts: { host: url.host }, cause: known });
        }
        throw new MeetingProblem(code, { facts, cause: known });
      }
    });
  }

  isMeetingHost(url: URL): boolean {
    return isMeetingHost(url, this.#deps.urls, this.#linkedHosts);
  }

  #meeting(wire: MyOnlineMeeting, organizer: OrganizerFacts): Meeting {
    const meeting = toMeeting(wire, organizer);
    this.#sources.set(meeting, wire);
    return meeting;
  }

  #attendance(joined: JoinedMeeting): Attendance {
    return {
      meeting: toLiveMeeting(joined.onlineMeeting, this.#acceptJoinUrl),
      inLobby: joined.inLobby,
      someoneElseJoined: async (signal) => translated(async () => joined.someoneElseJoined(signal)),
      promote: async (address, signal) => translated(async () => promote(joined, address, signal)),
      leave: async (signal) => translated(async () => joined.leave(signal)),
    };
  }

  async #organizer(signal: AbortSignal): Promise<OrganizerFacts> {
    const { name } = await this.#deps.account.signIn(signal);
    return { name, acceptJoinUrl: this.#acceptJoinUrl };
  }

  readonly #acceptJoinUrl = (joinUrl: string): boolean => {
    const accepted = mayShowJoinUrl(joinUrl, this.#deps.urls);
    if (accepted) this.#linkedHosts.add(new URL(joinUrl).host.toLowerCase());
    else this.#deps.log.warn('joinUrl.refused', { reason: 'host is not in UCWA_MEET_HOSTS or an allowed domain' });
    return accepted;
  };
}

/** Who leads already stays as they are: the organizer cannot be promoted. */
async function promote(joined: JoinedMeeting, address: string, signal: AbortSignal): Promise<'leads' | 'absent'> {
  const people = await joined.control.roster(signal);
  const person = people.find(({ uri }) => uri !== undefined && isAddressOf(uri, address));
  if (person === undefined) return 'absent';
  if (person.role !== 'Leader') await joined.control.promote(person.id, signal);
  return 'leads';
}

/** A new description does not take the marker away. */
function withMarker(changes: MeetingChanges, { description }: MyOnlineMeeting): MeetingChanges {
  if (changes.description === undefined) return changes;
  return { ...changes, description: joinDescription(changes.description, splitDescription(description).marker) };
}

/** A join page that is not there, or that has words for people only: there is no meeting behind that link. */
function isNoMeetingPage(error: unknown): boolean {
  if (error instanceof UcwaNotFoundError) return true;
  return error instanceof UcwaProxyAnswerError && (error.status ?? 500) < 500;
}

/** When the call was ended from outside, or its time was over, nobody knows how far it came. */
function orOpenOutcome(error: unknown): never {
  const isTimeUp = error instanceof UcwaTransportError && error.kind === 'timeout';
  const isOpen = isTimeUp || error instanceof UcwaClosedError;
  throw isOpen ? new MeetingProblem('server.unknownOutcome', { cause: String(error) }) : error;
}

/** An identifier as UCWA samples have them: 32 hexadecimal digits. */
function wireId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The same for the same marker, in every process; nobody who sees it in a meeting learns the marker. */
function wireIdOf(marker: string): string {
  return createHash('sha256').update(marker).digest('hex').slice(0, 32);
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UcwaError ? translateError(error) : error;
  }
}

/** For work about no meeting in particular: what a server misses there is no meeting that is gone. */
async function translatedForNoMeeting<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await translated(work);
  } catch (error) {
    if (!(error instanceof MeetingProblem) || error.code !== 'meeting.gone') throw error;
    throw new MeetingProblem('server.failed', { cause: error.cause });
  }
}
