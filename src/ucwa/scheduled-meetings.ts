import { UcwaError, UcwaNotFoundError, UcwaPreconditionFailedError } from './errors';
import { isSameText } from './json';
import type { UcwaClock } from './options';
import { mayHaveArrived } from './outcome';
import { encodeMyOnlineMeeting, type MyOnlineMeeting, type MyOnlineMeetingInput } from './resources/my-online-meeting';
import type { Try } from './retry';
import type { Application } from './session/application';
import { listMeetings, readMeeting, rememberFetched, urlOfMeeting } from './session/meeting-collection';
import { createMeeting, KnownMeetings } from './session/meeting-creation';
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

/**
 * Replaces a meeting. A try whose answer was lost may have succeeded and makes the next one fail with 412: then the
 * meeting is read, and counts as updated if all changes are in it.
 */
async function putMeeting(
  application: Application,
  edit: { readonly url: URL; readonly current: MyOnlineMeeting; readonly changes: Partial<MyOnlineMeetingInput> },
  signal: AbortSignal,
): Promise<MyOnlineMeeting> {
  const { url, current, changes } = edit;
  const wanted = encodeMyOnlineMeeting(changes);
  const content = { body: { ...current.raw, ...wanted }, etag: current.etag };
  const lost: unknown[] = [];
  const tryOnce = async (tried: Try): Promise<MyOnlineMeeting> => {
    const fetched = await application.channel.putOnce(url, { ...content, tried }, signal);
    return fetched === undefined ? readMeeting(application, url, signal) : rememberFetched(application, fetched);
  };
  try {
    return await application.channel.repeat(
      { method: 'PUT', url },
      async (tried) => {
        try {
          return await tryOnce(tried);
        } catch (error) {
          if (mayHaveArrived(error)) lost.push(error);
          throw error;
        }
      },
      signal,
    );
  } catch (error) {
    if (lost.length === 0 || !(error instanceof UcwaPreconditionFailedError)) throw error;
    const now = await readMeeting(application, url, signal);
    if (hasAll(now, changes)) return now;
    throw error;
  }
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
