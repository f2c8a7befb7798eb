import { UcwaError, UcwaUnknownOutcomeError } from '../errors';
import { isSameText, type JsonObject, readDate, readText } from '../json';
import { verdictOn } from '../outcome';
import { encodeMyOnlineMeeting, type MyOnlineMeeting, type MyOnlineMeetingInput } from '../resources/my-online-meeting';

import type { Application } from './application';
import type { Posted } from './command-channel';
import { collectionUrl, listMeetings, readMeeting, rememberFetched } from './meeting-collection';

/** When to look for a meeting whose creation has an open outcome, in milliseconds after each other. */
const looksAfterMs = [0, 1_000, 3_000] as const;

/** What creating needs besides the application. */
export interface CreationParts {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly known: KnownMeetings;
}

/** What may have been made since a moment. */
export interface MadeSince {
  /** Whether the whole collection had been seen then: without that nobody can say what is new. */
  readonly isKnown: boolean;
  /** Whether the meeting was not there then, and nobody has made it since. */
  mayBe(meeting: MyOnlineMeeting): boolean;
}

/** Ids of all meetings that certainly existed at some moment: what is not among them was made later. */
export class KnownMeetings {
  readonly #ids = new Set<string>();
  /** Those somebody has made here. */
  readonly #made = new Set<string>();
  #isComplete = false;

  /** Takes note of the whole collection. */
  noteAll(meetings: readonly MyOnlineMeeting[]): void {
    for (const { id } of meetings) this.#ids.add(id);
    this.#isComplete = true;
  }

  /** Takes note of a meeting that somebody has made. */
  noteMade({ id }: MyOnlineMeeting): void {
    this.#made.add(id);
  }

  /** From now on, whoever looks at the collection meanwhile. */
  since(): MadeSince {
    const before = new Set(this.#ids);
    return { isKnown: this.#isComplete, mayBe: ({ id }) => !before.has(id) && !this.#made.has(id) };
  }
}

/**
 * Schedules a meeting with one POST. When its outcome is open the collection is searched; the POST is never repeated,
 * because the server has no way to tell a repetition from a second meeting. Source: Skype/UCWA/myOnlineMeetings_ref.md.
 *
 * @throws UcwaUnknownOutcomeError when the search did not settle it.
 */
export async function createMeeting(
  parts: CreationParts & { readonly application: Application },
  input: MyOnlineMeetingInput,
  signal: AbortSignal,
): Promise<MyOnlineMeeting> {
  const { application, known } = parts;
  const url = await collectionUrl(application, signal);
  const body = encodeMyOnlineMeeting(input);
  const since = known.since();
  const meeting = await post(application, { url, body }, signal).catch(async (error: unknown) => {
    signal.throwIfAborted();
    const { creating } = verdictOn(error);
    if (creating === 'refused' || creating === 'repeat' || !(error instanceof UcwaError)) throw error;
    return search(parts, { body, error, since }, signal);
  });
  known.noteMade(meeting);
  return meeting;
}

async function post(
  application: Application,
  target: { readonly url: URL; readonly body: JsonObject },
  signal: AbortSignal,
): Promise<MyOnlineMeeting> {
  const posted: Posted = await application.channel.post(target, signal);
  const { body, location } = posted;
  if (body !== undefined) return rememberFetched(application, { ...posted, url: location ?? posted.url, body });
  if (location !== undefined) return readMade(application, location, signal);
  throw new UcwaUnknownOutcomeError('The server accepted the meeting but did not say which it is');
}

async function search(
  parts: CreationParts & { readonly application: Application },
  failed: { readonly body: JsonObject; readonly error: UcwaError; readonly since: MadeSince },
  signal: AbortSignal,
): Promise<MyOnlineMeeting> {
  const { application, known, sleep } = parts;
  const { body, error, since } = failed;
  for (const afterMs of looksAfterMs) {
    await sleep(afterMs, signal);
    const meetings = await listMeetings(application, signal).catch(() => {
      signal.throwIfAborted();
      // Also when the application is gone: its 404 would have the POST sent once more on a new one.
      throw unknownOutcome(error);
    });
    const candidates = meetings.filter((meeting) => since.mayBe(meeting) && isLike(meeting, body));
    const [candidate] = candidates;
    if (candidate === undefined) continue;
    if (candidates.length > 1 || !since.isKnown) throw unknownOutcome(error);
    known.noteMade(candidate); // at once, so that nobody else takes it for theirs
    return readMade(application, new URL(candidate.href), signal);
  }
  throw verdictOn(error).creating === 'confirm' ? error : unknownOutcome(error);
}

/** Reads a meeting that was made just now: not being able to read it does not mean that it was refused. */
async function readMade(application: Application, url: URL, signal: AbortSignal): Promise<MyOnlineMeeting> {
  return readMeeting(application, url, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof UcwaError ? unknownOutcome(error) : error;
  });
}

function isLike(meeting: MyOnlineMeeting, body: JsonObject): boolean {
  const expiresAt = readDate(body, 'expirationTime')?.getTime();
  const sameTime =
    expiresAt === undefined || Math.abs((meeting.expirationTime?.getTime() ?? -Infinity) - expiresAt) < 1_000;
  const description = readText(body, 'description');
  const sameDescription = description === undefined || isSameText(meeting.description, description);
  return isSameText(meeting.subject, readText(body, 'subject') ?? '') && sameTime && sameDescription;
}

function unknownOutcome(error: UcwaError): UcwaUnknownOutcomeError {
  return new UcwaUnknownOutcomeError(`It is not known whether the meeting was made: ${error.message}`, error);
}
