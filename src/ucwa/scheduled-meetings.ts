import { UcwaError, UcwaNotFoundError } from './errors';
import { isSameText } from './json';
import type { UcwaClock } from './options';
import { encodeMyOnlineMeeting, type MyOnlineMeeting, type MyOnlineMeetingInput } from './resources/my-online-meeting';
import type { Application } from './session/application';
import type { Fetched } from './session/command-channel';
import { listMeetings, readMeeting, rememberFetched, urlOfMeeting } from './session/meeting-collection';
import { createMeeting, KnownMeetings } from './session/meeting-creation';
import { replaceResource } from './session/replacement';
import type { MyOnlineMeetings } from './surface';
import { waitFor } from './waiting';

/** Runs work on the current application, and once more on a new one when the server has lost it. */
export type RunInApplication = <T>(
  work: (application: Application, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

/** The scheduled meetings of an account. */
export class ScheduledMeetings implements MyOnlineMeetings {
  readonly #run: RunInApplication;
  readonly #clock: UcwaClock;
  readonly #known = new KnownMeetings();
  readonly #creating = new Map<string, Promise<unknown>>();

  constructor(run: RunInApplication, clock: UcwaClock) {
    this.#run = run;
    this.#clock = clock;
  }

  /** See `MyOnlineMeetings`. */
  async list(signal: AbortSignal): Promise<MyOnlineMeeting[]> {
    return this.#run(async (application, limited) => {
      const meetings = await listMeetings(application, limited);
      this.#known.noteAll(meetings);
      return meetings;
    }, signal);
  }

  /** Learns what exists, for telling later what is new. Its failure is no reason not to work. */
  async takeStock(application: Application, signal: AbortSignal): Promise<void> {
    try {
      this.#known.noteAll(await listMeetings(application, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UcwaError)) throw error;
    }
  }

  /** See `MyOnlineMeetings`. */
  async get(id: string, signal: AbortSignal): Promise<MyOnlineMeeting> {
    return this.#run(async (application, limited) => {
      const url = await urlOfMeeting(application, id, limited);
      if (url === undefined) throw noSuchMeeting();
      return readMeeting(application, url, limited).catch((error: unknown) => {
        if (error instanceof UcwaNotFoundError) application.meetingUrls.delete(id);
        throw error;
      });
    }, signal);
  }

  /**
   * See `MyOnlineMeetings`. Equal creations go one after the other: while one of them has an open outcome, nobody could
   * tell whose the meeting is.
   */
  async create(input: MyOnlineMeetingInput, signal: AbortSignal): Promise<MyOnlineMeeting> {
    const key = JSON.stringify(encodeMyOnlineMeeting(input));
    for (let other = this.#creating.get(key); other !== undefined; other = this.#creating.get(key)) {
      await waitFor(other, signal);
    }
    const created = this.#run(async (application, limited) => {
      const parts = { application, known: this.#known, sleep: this.#clock.sleep };
      return createMeeting(parts, input, limited);
    }, signal);
    const settled = created.then(
      () => undefined,
      () => undefined,
    );
    this.#creating.set(key, settled);
    try {
      return await created;
    } finally {
      this.#creating.delete(key);
    }
  }

  /** See `MyOnlineMeetings`. */
  async update(
    current: MyOnlineMeeting,
    changes: Partial<MyOnlineMeetingInput>,
    signal: AbortSignal,
  ): Promise<MyOnlineMeeting> {
    return this.#run(async (application, limited) => {
      const url = await urlOfMeeting(application, current.id, limited);
      if (url === undefined) throw noSuchMeeting();
      return putMeeting(application, { url, current, changes }, limited);
    }, signal);
  }

  /** See `MyOnlineMeetings`. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.#run(async (application, limited) => {
      const url = await urlOfMeeting(application, id, limited);
      if (url === undefined) return;
      await application.channel.delete(url, limited);
      application.meetingUrls.delete(id);
    }, signal).catch((error: unknown) => {
      if (!(error instanceof UcwaNotFoundError)) throw error;
    });
  }
}

async function putMeeting(
  application: Application,
  edit: { readonly url: URL; readonly current: MyOnlineMeeting; readonly changes: Partial<MyOnlineMeetingInput> },
  signal: AbortSignal,
): Promise<MyOnlineMeeting> {
  const { url, current, changes } = edit;
  const replacement = {
    url,
    body: { ...current.raw, ...encodeMyOnlineMeeting(changes) },
    etag: current.etag,
    decode: (fetched: Fetched) => rememberFetched(application, fetched),
    hasAll: (now: MyOnlineMeeting) => hasAll(now, changes),
  };
  return replaceResource(application, replacement, signal);
}

function hasAll(meeting: MyOnlineMeeting, changes: Partial<MyOnlineMeetingInput>): boolean {
  const { expirationTime, ...others } = changes;
  const wanted = encodeMyOnlineMeeting(others);
  const sameTime = expirationTime === undefined || meeting.expirationTime?.getTime() === expirationTime.getTime();
  return sameTime && Object.entries(wanted).every(([name, value]) => sameValue(meeting.raw[name], value));
}

function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return isSameText(left, right);
  return JSON.stringify(left) === JSON.stringify(right);
}

function noSuchMeeting(): UcwaNotFoundError {
  return new UcwaNotFoundError('Looking for the meeting', { status: 404, code: 'NotFound' });
}
