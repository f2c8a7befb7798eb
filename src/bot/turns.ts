import type { Activity } from 'botbuilder';

import type { SignInWay } from '../meetings/errors';
import type { MeetingService } from '../meetings/meeting-service';
import type { Lease, MeetingsOfPeople } from '../meetings/personal-meetings';
import { deadline } from '../shared/abort';
import { AppError } from '../shared/app-error';
import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import { newReference } from '../shared/reference';

import { explain, type Explanation, explanationLine, explanationMessage } from './explain';
import { SeenPeople } from './seen-people';
import { type Speaker, speakerOf } from './turn';

/** One turn: who speaks, its reference number, its time limit. */
export interface Turn extends Speaker {
  readonly reference: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
  readonly onceKey: string;
  /** Keeps what this turn makes from being made twice. */
  readonly guard: CreationGuard;
  /** What is answered. The turn that carries on after a sign-in answers the message from before. */
  readonly activity: Activity;
  /** Ways in which the person was asked to sign in for this already. */
  readonly asked: ReadonlySet<SignInWay>;
  /** Whether Confer works with the account of whoever speaks, and not with one for all. */
  readonly isPersonal: boolean;
  /** The meetings of whoever speaks, borrowed when first wanted. @throws MeetingProblem when they cannot be. */
  readonly meetings: () => MeetingService;
}

/** What a turn is made from. */
export interface TurnInput {
  readonly activity: Activity;
  readonly limitMs: number;
  readonly asked?: ReadonlySet<SignInWay>;
  /** The reference people can quote; a new one when absent. */
  readonly reference?: string;
  /** Where something lasting may be done. */
  readonly guard?: CreationGuard;
  /** Ends the turn, besides its time limit; default: the stop of the process. */
  readonly ending?: AbortSignal;
}

/** Collaborators of the turns. */
interface TurnsDeps {
  readonly people: MeetingsOfPeople;
  /** How people read; default: as seen by this process. */
  readonly readers?: SeenPeople | undefined;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** Runs turns, and the work that follows them, and knows what is under way. */
export class Turns {
  readonly #deps: TurnsDeps;
  /** How people read, as last seen. */
  readonly readers: SeenPeople;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(deps: TurnsDeps) {
    this.#deps = deps;
    this.readers = deps.readers ?? new SeenPeople();
  }

  /** Runs one turn. What it borrows is given back at its end. */
  async run<Result>(input: TurnInput, work: (turn: Turn) => Promise<Result>): Promise<Result> {
    const { activity, limitMs, asked = new Set<SignInWay>(), reference = newReference(), guard = nothingLasts } = input;
    const { people, log, metrics = noMetrics, stopping } = this.#deps;
    const recalling = this.readers.recall(activity);
    if (recalling !== undefined) await recalling;
    const { signal, done } = deadline(limitMs, input.ending ?? stopping);
    const speaker = speakerOf(activity, this.readers);
    let lease: Lease | undefined;
    const turn: Turn = {
      ...{ ...speaker, reference, signal, activity, asked, guard, metrics, log: log.child({ reference }) },
      isPersonal: people.isPersonal,
      onceKey: `${activity.conversation.id}|${activity.id ?? reference}`,
      meetings: () => (lease ??= people.borrow(speaker.person)).meetings,
    };
    try {
      return await this.note(work(turn));
    } finally {
      done();
      lease?.done();
      void this.note(this.readers.save(speaker.person.id));
    }
  }

  /** Counts work as under way until it ends. */
  async note<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}

/** Something lasting was to be done where it would not be written down: a mistake in a command's `lasting`. */
class NotJournalledError extends AppError {
  readonly code = 'journal.missing';
}

const nothingLasts: CreationGuard = {
  marker: '',
  sentAgoMs: undefined,
  askedAgoMs: 0,
  isOpen: false,
  aboutToSend: async () => Promise.reject(new NotJournalledError('This command makes something, so it must say so')),
  refused: async () => Promise.resolve(),
  made: async () => Promise.resolve(),
};

/** The message that says what went wrong; the log gets the rest. */
export function explained(error: unknown, turn: Turn): string {
  return explanationMessage(logged(error, turn), turn.reference, turn.reader.locale);
}

/** The same in one line, for a form. */
export function explainedInLine(error: unknown, turn: Turn): string {
  return explanationLine(logged(error, turn), turn.reference, turn.reader.locale);
}

function logged(error: unknown, turn: Turn): Explanation {
  const explanation = explain(error, turn.reader.locale, turn.isPersonal ? { account: 'own' } : {});
  const cause = error instanceof Error && typeof error.cause === 'string' ? error.cause : '';
  const fields = { code: explanation.code, error: String(error), cause };
  turn.metrics.count('confer_problems_total', { code: explanation.code });
  const isMistake = explanation.code.startsWith('input.') || explanation.code === 'meeting.notFound';
  if (explanation.isBug) {
    turn.log.error('turn.failed', { ...fields, stack: error instanceof Error ? error.stack : '' });
  } else if (isMistake) turn.log.info('turn.problem', fields);
  else turn.log.warn('turn.problem', fields);
  return explanation;
}
