import type { CreationGuard } from '../shared/creation-guard';

import type { NewOperation, Operation, OperationChanges, TakenActivity } from './operation';

/**
 * What another process tells: work is due, it is known what to say about an operation, or something may have been missed.
 */
export type JournalNews =
  { readonly kind: 'due' } | { readonly kind: 'answered'; readonly id: string } | { readonly kind: 'anything' };

/** Where operations are kept. Every promise resolves when the fact is durable. */
export interface OperationStore {
  /**
   * Remembers an operation and that its activity was taken, both or neither.
   *
   * @returns `known` when the operation or the activity was accepted before; then nothing changes.
   * @throws NotWrittenError when nothing was written, for certain; after anything else asking again tells.
   */
  accept(operation: NewOperation): Promise<'accepted' | 'known'>;
  /** Remembers that an activity was taken that asks for nothing lasting. @returns `known` when somebody else took it. */
  take(activity: TakenActivity): Promise<'accepted' | 'known'>;
  find(id: string): Promise<Operation | undefined>;
  /** Takes the operation that has been due longest, and that nobody works on, for `leaseMs`. */
  claim(holder: string, leaseMs: number): Promise<Operation | undefined>;
  /**
   * Whether the same person asked for something else in the same conversation before and it is not known yet what came of it. Nobody waits for what has failed once or
   * has vanished several times.
   *
   * @param apart - kind of operations that nobody waits for.
   */
  isBehind(operation: Operation, apart: string): Promise<boolean>;
  /** Keeps a claimed operation for another `leaseMs`. @throws LeaseLostError. */
  renew(operation: Operation, leaseMs: number): Promise<void>;
  /** Writes down progress. @returns the operation as it is now. @throws LeaseLostError. */
  save(operation: Operation, changes: OperationChanges): Promise<Operation>;
  /**
   * Gives a claimed operation back, to go on after `delayMs`. A try that only had to wait does not count.
   *
   * @throws LeaseLostError.
   */
  release(operation: Operation, how: { readonly delayMs: number; readonly counts: boolean }): Promise<void>;
  /**
   * Learns from somebody's screen that a card of this operation has this activity id. The first one it hears of is the card;
   * any other is a duplicate, to be removed. An operation that waits for this goes on at once.
   */
  receipt(id: string, activityId: string): Promise<'card' | 'duplicate' | 'unknown'>;
  /** Notes that whoever asked does not want it any more. @returns false when it is done, or there is none. */
  askToStop(id: string): Promise<boolean>;
  /** Milliseconds until the next operation is due; 0 when one is; undefined when there is none. */
  dueIn(): Promise<number | undefined>;
  /** Milliseconds that the database's clock says. */
  now(): Promise<number>;
  /**
   * Tells what other processes tell, as soon as they do; not everything arrives.
   *
   * @returns to be called when nobody wants to know any more.
   */
  onNews(listener: (news: JournalNews) => void): () => void;
  /** Forgets activities and operations that ended `olderThanMs` ago. @returns how many operations. */
  forget(olderThanMs: number): Promise<number>;
}

/**
 * What is to be said: the answer of an operation; that it is under way; or that it is tried until a point in time, because
 * something does not answer (`slow`) or says that it is not available (`away`).
 */
export type Content =
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'underWay' }
  | { readonly kind: 'trying'; readonly until: number; readonly why: 'slow' | 'away' };

/** What came of an operation. */
export interface Performed {
  /** What to say, as JSON. */
  readonly answer: unknown;
  /** The message it takes the place of; undefined when it is one of its own. */
  readonly replaces?: string | undefined;
  /** Nothing is to be posted. */
  readonly isSilent?: boolean;
}

/** The world an operation acts on and speaks to. Implemented in src/bot. */
export interface OperationHost {
  /**
   * Does what the operation asks, or finishes what an earlier try began: doing it twice must come to the same.
   *
   * @returns what to say; a refusal that people can understand is something to say.
   * @throws NotYetError when it has to be tried again later; anything else is a failed try.
   */
  perform(operation: Operation, guard: CreationGuard, signal: AbortSignal): Promise<Performed>;
  /**
   * Resolves, right after the answer was written down, to whether whoever asked has got it in another way, for certain: then
   * nothing is posted. Nobody can say that later, or in another process.
   */
  isHeard(operation: Operation, signal: AbortSignal): Promise<boolean>;
  /** Until when an operation is tried at most, in milliseconds since the epoch. */
  triesUntil(operation: Operation): number;
  /** What to say when whoever asked does not want it any more, as JSON. */
  farewellTo(operation: Operation): unknown;
  /** What to say when every try failed, as JSON. */
  apologyFor(operation: Operation, error: unknown): unknown;
  /**
   * Posts a message of its own.
   *
   * @returns its activity id; undefined when the answer needs no message.
   * @throws PostRefusedError, PostImpossibleError; with anything else it is open whether the message is there.
   */
  post(operation: Operation, content: Content, signal: AbortSignal): Promise<string | undefined>;
  /** Makes a message show this. @returns `gone` when there is no such message any more. @throws as `post`. */
  update(operation: Operation, content: Content, signal: AbortSignal): Promise<'shown' | 'gone'>;
  /** Removes a message that is a second copy. Failing is no harm: whoever sees it brings it up again. */
  remove(operation: Operation, activityId: string, signal: AbortSignal): Promise<void>;
  /** What has to follow an answer that was said, e.g. other cards of the meeting. Doing it twice must come to the same. */
  follow(operation: Operation, signal: AbortSignal): Promise<void>;
}
