import type { Logger } from '../shared/logger';

import { MeetingProblem } from './errors';
import type { Found, MeetingFinder, Reference, Resolution } from './finder';
import { parseJoinTarget } from './join-target';
import type { LiveMeeting } from './meeting';
import type { MeetingGateway, MeetingStore } from './ports';

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
  readonly log: Logger;
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
    const attendance = await this.#deps.gateway.join(target.conferenceUri, signal);
    await attendance.leave(signal).catch((error: unknown) => {
      this.#deps.log.warn('join.leaveFailed', { error: String(error) });
    });
    const meeting = { ...attendance.meeting, joinUrl: attendance.meeting.joinUrl ?? target.joinUrl };
    return { kind: 'joined', meeting, inLobby: attendance.inLobby, isOwn: target.isOwn };
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

  /** Only hosts this deployment trusts are asked. */
  async #byUrl(url: URL, signal: AbortSignal): Promise<Conference> {
    const { gateway } = this.#deps;
    if (!gateway.isMeetingHost(url)) {
      throw new MeetingProblem('join.unknownHost', { facts: { host: url.host.slice(0, 100) } });
    }
    const conferenceUri = await gateway.resolveJoinUrl(url, signal);
    return { kind: 'conference', conferenceUri, joinUrl: url.href, isOwn: false };
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

function conferenceOf(found: Found): Conference {
  const { conferenceUri, joinUrl } = found.kind === 'scheduled' ? found.meeting : found.record;
  if (conferenceUri === undefined) throw new MeetingProblem('join.notAMeeting');
  return { kind: 'conference', conferenceUri, joinUrl, isOwn: found.kind === 'scheduled' };
}
