import type { ShownMessage } from './chat-service';
import type { TrueMeeting } from './meeting-server';
import type { Wish } from './wish';

/**
 * What became of a wish. `done`: as it should be. `refused`: not done, and so it was told. `lost`: taken, not done, and not
 * told so. `doubled`: several meetings. `wrongCard`: a message that says something untrue, or none. `doubledCard`: one too many.
 * `unfinished`: people still read that it is under way.
 */
export type Verdict = 'done' | 'refused' | 'lost' | 'doubled' | 'wrongCard' | 'doubledCard' | 'unfinished';

/** What is known about a wish in the end. */
export interface Evidence {
  readonly wish: Wish;
  /** The meetings of the server that carry its token. */
  readonly meetings: readonly TrueMeeting[];
  /** What stands in its conversation. */
  readonly visible: readonly ShownMessage[];
}

/** Compares what was asked for with what is. */
export function judge({ wish, meetings, visible }: Evidence): Verdict {
  if (visible.some(({ shows }) => unfinished.some((words) => shows.includes(words)))) return 'unfinished';
  if (meetings.length > 1) return 'doubled';
  if (!isDone(wish, meetings)) return wasRefused(wish, meetings, visible) ? 'refused' : 'lost';
  const right = visible.filter(({ shows }) => isTrue(wish, shows));
  if (right.length === 0 || visible.some(({ shows }) => !isTrue(wish, shows) && !mayStandBeside(wish, shows))) {
    return 'wrongCard';
  }
  return right.length > 1 ? 'doubledCard' : 'done';
}

/** When people could first read that it was done; undefined when they cannot. */
export function toldAt({ wish, visible }: Evidence): number | undefined {
  const times = [
    ...visible.filter(({ shows }) => isTrue(wish, shows)).map(({ since }) => since),
    ...wish.answers.filter(({ text }) => isTrue(wish, text)).map(({ at }) => at),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Of two clicks the first may have been refused and the second not: what is said about each is true. Words typed once are one wish. */
function mayStandBeside({ kind }: Wish, shows: string): boolean {
  return kind !== 'typed' && shows.includes(refusal) && !shows.includes('AdaptiveCard');
}

function isDone({ kind, subject }: Wish, meetings: readonly TrueMeeting[]): boolean {
  return kind === 'cancel' ? meetings.length === 0 : meetings[0]?.subject === subject;
}

/** Not done and told so: something was said, nothing of it claims the opposite, and the meeting is as it was. */
function wasRefused(
  { kind, answers, token }: Wish,
  meetings: readonly TrueMeeting[],
  visible: readonly ShownMessage[],
): boolean {
  const isAsBefore = kind === 'edit' || kind === 'cancel' ? meetings[0]?.subject === token : meetings.length === 0;
  const said = [...answers.map(({ text }) => text), ...visible.map(({ shows }) => shows)];
  return (
    isAsBefore && said.some((text) => text.includes(refusal)) && !visible.some(({ shows }) => shows.includes(cancelled))
  );
}

const unfinished = ['working on it', 'I keep trying until'];

const refusal = 'Reference ';

const cancelled = 'The join link no longer works';

function isTrue({ kind, subject }: Wish, shows: string): boolean {
  const names = shows.includes(`"${subject}"`);
  return kind === 'cancel' ? names && shows.includes(cancelled) : names && shows.includes('"edit.open"');
}
