import { MeetingChangedError, MeetingProblem } from '../../src/meetings/errors';
import type {
  DialIn,
  LiveMeeting,
  Meeting,
  MeetingChanges,
  MeetingDraft,
  MeetingOptions,
} from '../../src/meetings/meeting';
import type { Attendance, MeetingGateway, StartWish } from '../../src/meetings/ports';

import { deferred } from './deferred';
import { conferenceUri, liveMeeting, meeting, meetingOptions } from './meetings';

type CallName = keyof MeetingGateway;

/** One call the gateway got. */
export interface GatewayCall {
  readonly name: CallName;
  readonly input: unknown;
}

/** A presence in a meeting whose end the test decides. */
export class FakeAttendance implements Attendance {
  readonly meeting: LiveMeeting;
  readonly inLobby: boolean;
  left = 0;
  /** Addresses that were to lead. */
  readonly promoted: string[] = [];
  /** Promoting fails with this. */
  promoteFailure: Error | undefined;
  readonly #gone = deferred();
  readonly #arrival = deferred();

  constructor(live: LiveMeeting, inLobby = false) {
    this.meeting = live;
    this.inLobby = inLobby;
  }

  /** Resolves when the bot has left. */
  get gone(): Promise<undefined> {
    return this.#gone.promise;
  }

  someoneComes(): void {
    this.#arrival.resolve(undefined);
  }

  meetingEnds(): void {
    this.#arrival.reject(new MeetingProblem('join.ended'));
  }

  async someoneElseJoined(signal: AbortSignal): Promise<void> {
    const aborted = deferred();
    signal.addEventListener('abort', () => {
      aborted.reject(signal.reason as Error);
    });
    await Promise.race([this.#arrival.promise, aborted.promise]);
  }

  async promote(address: string, signal: AbortSignal): Promise<'leads' | 'absent'> {
    signal.throwIfAborted();
    this.promoted.push(address);
    if (this.promoteFailure !== undefined) throw this.promoteFailure;
    return Promise.resolve('leads');
  }

  async leave(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.left += 1;
    this.#gone.resolve(undefined);
    return Promise.resolve();
  }
}

/** A meeting server in memory: versions change with every write, and the test says what fails, what waits and when. */
export class FakeGateway implements MeetingGateway {
  readonly meetings = new Map<string, Meeting>();
  /** The marker each meeting was made with. */
  readonly markers = new Map<string, string>();
  readonly calls: GatewayCall[] = [];
  readonly attendances: FakeAttendance[] = [];
  /** The meetings that Confer is in, by marker. */
  readonly started = new Map<string, FakeAttendance>();
  /** Meetings behind conference URIs that are nobody's here. */
  readonly foreign = new Map<string, LiveMeeting>();
  /** What a join page says, by URL. */
  readonly pages = new Map<string, string>();
  meetHosts = ['meet.contoso.com'];
  allowed: MeetingOptions = meetingOptions();
  phones: DialIn = { regions: [{ name: 'Germany', number: 'tel:+49-30-5550100' }] };
  inLobby = false;
  /** Somebody is in every meeting at once, so that nobody has to be waited for. */
  companyIsThere = true;
  readonly #failures: { name: CallName; error: Error }[] = [];
  readonly #before: { name: CallName; act: () => void | Promise<void> }[] = [];
  #created = 0;

  constructor(...meetings: readonly Meeting[]) {
    for (const known of meetings) this.meetings.set(known.id, known);
  }

  /** How often a method was called. */
  count(name: CallName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** The inputs a method got, oldest first. */
  inputs(name: CallName): unknown[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.input);
  }

  /** Makes the next `times` calls fail. */
  failNext(name: CallName, error: Error, times = 1): void {
    for (let time = 0; time < times; time += 1) this.#failures.push({ name, error });
  }

  /** Does something right before the next call goes on: somebody else's change, a wait. */
  beforeNext(name: CallName, act: () => void | Promise<void>): void {
    this.#before.push({ name, act });
  }

  /** Somebody changes a meeting elsewhere. */
  touch(id: string, changes: MeetingChanges): Meeting {
    const current = this.#known(id);
    const changed = { ...current, ...changes, version: String(Number(current.version) + 1) };
    this.meetings.set(id, changed);
    return changed;
  }

  async list(signal: AbortSignal): Promise<readonly Meeting[]> {
    await this.#called('list', undefined, signal);
    return [...this.meetings.values()];
  }

  async get(id: string, signal: AbortSignal): Promise<Meeting> {
    await this.#called('get', id, signal);
    return this.#known(id);
  }

  async create(draft: MeetingDraft, marker: string, signal: AbortSignal): Promise<Meeting> {
    await this.#called('create', draft, signal);
    this.#created += 1;
    const made = meeting({
      id: `NEW${String(this.#created).padStart(5, '0')}`,
      description: '',
      attendees: [],
      ...this.allowed.defaults,
      ...draft,
    });
    this.meetings.set(made.id, made);
    this.markers.set(made.id, marker);
    return made;
  }

  async findMarked(marker: string, signal: AbortSignal): Promise<readonly Meeting[]> {
    await this.#called('findMarked', marker, signal);
    return [...this.meetings.values()].filter(({ id }) => this.markers.get(id) === marker);
  }

  async update(current: Meeting, changes: MeetingChanges, signal: AbortSignal): Promise<Meeting> {
    await this.#called('update', { id: current.id, changes }, signal);
    if (this.#known(current.id).version !== current.version) throw new MeetingChangedError(current.id);
    return this.touch(current.id, changes);
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.#called('remove', id, signal);
    this.meetings.delete(id);
  }

  async options(signal: AbortSignal): Promise<MeetingOptions> {
    await this.#called('options', undefined, signal);
    return this.allowed;
  }

  async dialIn(signal: AbortSignal): Promise<DialIn> {
    await this.#called('dialIn', undefined, signal);
    return this.phones;
  }

  async start(subject: string, { marker }: StartWish, signal: AbortSignal): Promise<Attendance> {
    await this.#called('start', subject, signal);
    return this.startElsewhere(subject, marker);
  }

  /** A meeting is started of which nobody here heard: by a process that is gone, or by a request without an answer. */
  startElsewhere(subject: string, marker: string): FakeAttendance {
    const id = `LIVE${String(this.attendances.length + 1).padStart(4, '0')}`;
    const attendance = this.#attend(liveMeeting({ id, subject, expiresAt: new Date('2026-12-24T17:00:00Z') }));
    this.started.set(marker, attendance);
    return attendance;
  }

  async findStarted(marker: string, signal: AbortSignal): Promise<Attendance | undefined> {
    await this.#called('findStarted', marker, signal);
    return this.started.get(marker);
  }

  async join(uri: string, signal: AbortSignal): Promise<Attendance> {
    await this.#called('join', uri, signal);
    const own = [...this.meetings.values()].find((known) => known.conferenceUri === uri);
    const found = this.foreign.get(uri) ?? (own === undefined ? undefined : liveMeeting(own));
    if (found === undefined) throw new MeetingProblem('meeting.gone');
    return this.#attend(found);
  }

  async resolveJoinUrl(url: URL, signal: AbortSignal): Promise<string> {
    await this.#called('resolveJoinUrl', url.href, signal);
    const id = [...this.meetings.values()].find(({ joinUrl }) => joinUrl === url.href)?.id;
    const uri = this.pages.get(url.href) ?? (id === undefined ? undefined : conferenceUri(id));
    if (uri === undefined) throw new MeetingProblem('join.notAMeeting');
    return uri;
  }

  isMeetingHost(url: URL): boolean {
    return this.meetHosts.includes(url.host);
  }

  #attend(live: LiveMeeting): FakeAttendance {
    const attendance = new FakeAttendance(live, this.inLobby);
    if (this.companyIsThere) attendance.someoneComes();
    this.attendances.push(attendance);
    return attendance;
  }

  #known(id: string): Meeting {
    const known = this.meetings.get(id);
    if (known === undefined) throw new MeetingProblem('meeting.gone');
    return known;
  }

  async #called(name: CallName, input: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls.push({ name, input });
    await take(this.#before, name)?.act();
    const failure = take(this.#failures, name);
    if (failure !== undefined) throw failure.error;
  }
}

function take<Entry extends { name: CallName }>(entries: Entry[], name: CallName): Entry | undefined {
  const index = entries.findIndex((entry) => entry.name === name);
  return index < 0 ? undefined : entries.splice(index, 1)[0];
}
