import { MeetingChangedError, MeetingProblem, type ProblemCode, type ProblemFacts } from '../meetings/errors';
import { DeadlineError, StoppingError } from '../shared/abort';
import { defineTexts } from '../shared/texts';

import { problemTexts } from './problem-texts';

/** An error as people and the log need it. */
export interface Explanation {
  readonly code: ProblemCode;
  readonly what: string;
  readonly next: string;
  /** True when nobody foresaw it: the log gets the stack, and a person must look. */
  readonly isBug: boolean;
}

const texts = defineTexts({
  en: { reference: (reference: string) => `Reference ${reference}` },
});

/**
 * Puts an error into words. Foreign errors never show their own message: it may name hosts, tokens or other people.
 *
 * @param around - facts about whoever asks: `account` is `own` where Confer works with their own account.
 */
export function explain(error: unknown, locale: string, around: ProblemFacts = {}): Explanation {
  const { code, facts } = codeOf(error);
  const words = problemTexts(locale)[code]({ ...around, ...facts });
  return { code, ...words, isBug: code === 'internal' };
}

/** Whether somebody can do something about it, and it is no mistake of ours, nor the end of the time for one try. */
export function isForeseen(error: unknown): boolean {
  return codeOf(error).code !== 'internal' && !(error instanceof DeadlineError);
}

/** One paragraph for a form: what was wrong, what to do, and the number to quote. */
export function explanationLine(explanation: Explanation, reference: string, locale: string): string {
  return `${explanation.what} ${explanation.next} (${texts(locale).reference(reference)})`;
}

/** The message for a chat: what was wrong, what to do, and the number to quote. */
export function explanationMessage(explanation: Explanation, reference: string, locale: string): string {
  return `${explanation.what}\n\n${explanation.next}\n\n${texts(locale).reference(reference)}`;
}

function codeOf(error: unknown): { code: ProblemCode; facts: ProblemFacts } {
  if (error instanceof MeetingProblem) return error;
  if (error instanceof DeadlineError) return { code: 'server.slow', facts: {} };
  if (error instanceof StoppingError) return { code: 'bot.stopping', facts: {} };
  if (error instanceof MeetingChangedError) return { code: 'meeting.keepsChanging', facts: {} };
  return { code: 'internal', facts: {} };
}
