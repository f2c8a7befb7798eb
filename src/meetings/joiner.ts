import type { Attendances } from './attendances';
import { MeetingProblem } from './errors';
import type { Found, MeetingFinder, Reference, Resolution } from './finder';
import { meetingIdOf, parseJoinTarget } from './join-target';
import type { LiveMeeting } from './meeting';
import type { Attendance, MeetingGateway, MeetingStore } from './ports';

/** Confer was inside and has left again. */
export interface Joined {
  readonly kind: 'joined';
  readonly meeting: LiveMeeting;
  /** The meeting kept Confer in its lobby. */
  readonly inLobby: boolean;
  /** The account organizes this meeting itself. */
  readonly isOwn: boolean;
}

/** The words fit several meetings. */
export type SeveralFit = Extract<Resolution, { kind: 'several' }>;

/** What has to be joined. */
interface Conference {
  readonly kind: 'conference';
  readonly conferenceUri: string;
  readonly joinUrl: string | undefined;
  readonly isOwn: boolean;
}

/** Collaborators, made with the service. */
export interface MeetingJoinerDeps {
  readonly gateway: MeetingGateway;
  readonly store: MeetingStore;
  readonly finder: MeetingFinder;
  readonly attendances: Attendances;
}

/** Goes into a meeting, looks around, and leaves. */
export class MeetingJoiner {
  readonly #deps: MeetingJoinerDeps;

  constructor(deps: MeetingJoinerDeps) {
    this.#deps = deps;
  }

  /** @throws MeetingProblem `join.…`, `meeting.notFound`. */
  async join(reference: Reference, signal: AbortSignal): Promise<Joined | SeveralFit> {
    const target = await this.#targetOf(reference, signal);
    if (target.kind === 'several') return target;
    const { attendances, gateway } = this.#deps;
    // Where Confer is waiting for people it looks around from inside: joining again and leaving would end the wait.
    const inside = attendances.find(target.conferenceUri);
    const { meeting, inLobby } = inside ?? this.#visit(await gateway.join(target.conferenceUri, signal));
    return { kind: 'joined', meeting: withTarget(meeting, target), inLobby, isOwn: target.isOwn };
  }

  #visit(attendance: Attendance): Attendance {
    this.#deps.attendances.release(attendance);
    return attendance;
  }

  async #targetOf(reference: Reference, signal: AbortSignal): Promise<Conference | SeveralFit> {
    const target = parseJoinTarget(reference.words);
    switch (target.kind) {
      case 'url':
        return this.#byUrl(target.url, signal);
      case 'conferenceUri':
        return { kind: 'conference', conferenceUri: target.uri, joinUrl: undefined, isOwn: false };
      case 'conferenceId':
        return conferenceOf(await this.#byConferenceId(target.digits, signal));
      case 'ref': {
        const resolution = await this.#deps.finder.find({ ...reference, words: target.words }, signal);
        return resolution.kind === 'several' ? resolution : conferenceOf(resolution.found);
      }
    }
  }

  /** Only hosts this deployment trusts are asked; a link that we posted ourselves is known without asking. */
  async #byUrl(url: URL, signal: AbortSignal): Promise<Conference> {
    const { gateway } = this.#deps;
    if (gateway.isMeetingHost(url)) {
      try {
        const conferenceUri = await gateway.resolveJoinUrl(url, signal);
        return { kind: 'conference', conferenceUri, joinUrl: url.href, isOwn: false };
      } catch (error) {
        const known = signal.aborted ? undefined : await this.#posted(url);
        if (known === undefined) throw error;
        return known;
      }
    }
    const known = await this.#posted(url);
    if (known !== undefined) return known;
    throw new MeetingProblem('join.unknownHost', { facts: { host: url.host.slice(0, 100) } });
  }

  /** The meeting behind a link that stood on one of our cards. */
  async #posted({ href }: URL): Promise<Conference | undefined> {
    const record = (await this.#deps.store.records()).find(
      ({ joinUrl, cancelledAt }) => joinUrl === href && cancelledAt === undefined,
    );
    if (record?.conferenceUri === undefined) return undefined;
    const { conferenceUri, kind } = record;
    return { kind: 'conference', conferenceUri, joinUrl: href, isOwn: kind === 'scheduled' };
  }

  async #byConferenceId(digits: string, signal: AbortSignal): Promise<Found> {
    const meetings = await this.#deps.gateway.list(signal);
    const meeting = meetings.find(({ conferenceId }) => conferenceId === digits);
    if (meeting !== undefined) return { kind: 'scheduled', meeting };
    const record = (await this.#deps.store.records()).find(({ conferenceId }) => conferenceId === digits);
    if (record === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: digits } });
    return { kind: 'recorded', record };
  }
}

/** From a lobby little can be seen: what the target told is known all the same. */
function withTarget(meeting: LiveMeeting, { conferenceUri, joinUrl }: Conference): LiveMeeting {
  return {
    ...meeting,
    id: meeting.conferenceUri === undefined ? (meetingIdOf(conferenceUri) ?? meeting.id) : meeting.id,
    conferenceUri: meeting.conferenceUri ?? conferenceUri,
    joinUrl: meeting.joinUrl ?? joinUrl,
  };
}

function conferenceOf(found: Found): Conference {
  const { conferenceUri, joinUrl } = found.kind === 'scheduled' ? found.meeting : found.record;
  if (conferenceUri === undefined) throw new MeetingProblem('join.notAMeeting');
  return { kind: 'conference', conferenceUri, joinUrl, isOwn: found.kind === 'scheduled' };
}
