import { AppError } from '../shared/app-error';

import type { Meeting, SettingName } from './meeting';

/**
 * Everything that can go wrong in a way a person can understand. Each has words in src/bot/problem-texts.ts and a row in
 * docs/errors.md; both are checked by tests.
 */
export const PROBLEM_CODES = [
  'input.messageTooLong',
  'input.subjectMissing',
  'input.subjectTooLong',
  'input.descriptionTooLong',
  'input.badAddress',
  'input.tooManyPeople',
  'input.badDate',
  'input.expiryOutOfRange',
  'input.expiryMissing',
  'input.startOutOfRange',
  'input.badLead',
  'input.badOptionValue',
  'input.cardTooOld',
  'input.personMissing',
  'input.personUnknown',
  'meeting.notFound',
  'meeting.gone',
  'meeting.cancelled',
  'meeting.notOurs',
  'meeting.notYours',
  'meeting.notOwner',
  'meeting.ownerIsOrganizer',
  'meeting.personalRoom',
  'meeting.noTime',
  'meeting.begun',
  'meeting.tooSoon',
  'meeting.keepsChanging',
  'meeting.tooMany',
  'meeting.optionNotAllowed',
  'join.unknownHost',
  'join.noAnswer',
  'join.notAMeeting',
  'join.refused',
  'join.ended',
  'join.full',
  'server.unreachable',
  'server.slow',
  'server.certificate',
  'server.notUcwa',
  'server.busy',
  'server.signInRefused',
  'server.notEnabled',
  'server.forbidden',
  'server.rejected',
  'server.conflict',
  'server.noBackupPool',
  'server.sessionEnded',
  'server.tooManySessions',
  'server.failed',
  'server.untrusted',
  'server.unknownOutcome',
  'server.notAvailable',
  'signIn.needed',
  'signIn.consentNeeded',
  'signIn.moreProof',
  'signIn.notSetUp',
  'signIn.refused',
  'signIn.otherPerson',
  'signIn.unknownPerson',
  'signIn.guest',
  'signIn.unavailable',
  'bot.full',
  'bot.stopping',
  'bot.unavailable',
  'bot.unavailableOpen',
  'trying.over',
  'trying.stopped',
  'trying.stoppedOpen',
  'internal',
] as const;

/** One of {@link PROBLEM_CODES}. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Problems that say nothing about what was asked: the server, or the way to it, may do better in a moment. */
const PASSING: readonly ProblemCode[] = [
  'bot.unavailable',
  'server.unreachable',
  'server.slow',
  'server.busy',
  'server.notUcwa',
  'server.noBackupPool',
  'server.sessionEnded',
  'server.failed',
  'server.unknownOutcome',
];

/** Facts a sentence may name, e.g. `{ length: 251, limit: 250 }`. Shown to the person who asked, as text. */
export type ProblemFacts = Readonly<Record<string, string | number>>;

/** An expected failure. `cause` is for the log; people get the words for `code`, with the facts, which are often their own. */
export class MeetingProblem extends AppError {
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, options: { facts?: ProblemFacts; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }
}

/** Whether trying again in a moment may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof MeetingProblem && PASSING.includes(error.code);
}

/**
 * How a person can help: `any` – there is no token of theirs yet; `afresh` – theirs is not good any more; `interactive` –
 * they have to sign in with more proof, in a window of their own.
 */
export type SignInWay = 'any' | 'afresh' | 'interactive';

/** The person has to sign in (again) before this can go on; nothing was done. The bot asks, and tries again once. */
export class SignInNeeded extends MeetingProblem {
  readonly way: SignInWay;

  constructor(way: SignInWay, cause?: string) {
    super('signIn.needed', cause === undefined ? {} : { cause });
    this.way = way;
  }
}

/** Somebody changed the meeting between reading and writing. The service reads again and merges. */
export class MeetingChangedError extends AppError {
  readonly code = 'meeting.changed';

  constructor(meetingId: string) {
    super(`Meeting ${meetingId} changed on the server`);
  }
}

/** Two people changed the same property; a person has to choose. */
export class EditCollisionError extends AppError {
  readonly code = 'meeting.collision';
  readonly current: Meeting;
  /** The properties that both changed, each to another value. */
  readonly collisions: readonly SettingName[];

  constructor(current: Meeting, collisions: readonly SettingName[]) {
    super(`Meeting ${current.id}: ${String(collisions.length)} properties were changed by somebody else, too`);
    this.current = current;
    this.collisions = collisions;
  }
}

/** It is not known yet whether a meeting was made. Looking again after `delayMs` may tell; making it again must wait. */
export class OutcomeOpenError extends AppError {
  readonly code = 'meeting.outcomeOpen';
  readonly delayMs: number;

  constructor(delayMs: number) {
    super('It is not known yet whether the meeting was made');
    this.delayMs = delayMs;
  }
}
