import type { Activity, InvokeResponse } from 'botbuilder';

import { plainLine, tryingCard, underWayCard } from '../cards';
import { card, type CardReply, type Reader } from '../commands';
import type { Operation } from '../journal/operation';
import type { Content } from '../journal/ports';
import { cardTime, describeTime } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import { wordsOf } from './activity-text';
import { clickTexts, invokeCard, invokeMessage } from './card-action';
import type { OperationAnswer } from './operation-answer';
import { toRequest } from './operation-request';
import { withReceipt } from './receipts';
import { cardIn, toActivity } from './reply-activity';

const texts = defineTexts({
  en: {
    stillWorking: 'I am still working on it. The result comes here, also when you close this.',
    done: 'I have answered that already. Say "list" to see your meetings.',
    underWay: 'I am working on it…',
    away: 'Your Skype for Business server is not available right now.',
    slow: 'Your Skype for Business server has not answered yet.',
    trying: (reason: string, until: string) => `${reason} I keep trying until ${until}.`,
    stopping: 'I stop as soon as I can.',
    over: 'That is over already.',
    notYours: 'Only whoever asked for it can stop it.',
  },
});

/** What a message shows; undefined when there is nothing to show. */
export function messageOf(operation: Operation, content: Content, reader: Reader): Partial<Activity> | undefined {
  const { activity } = toRequest(operation.request);
  const userId = activity.from.id;
  if (content.kind === 'answer') {
    const answer = content.answer as OperationAnswer;
    return answer.kind === 'nothing' ? undefined : withReceipt(answer.activity, { operationId: operation.id, userId });
  }
  const asked = plainLine(wordsOf(activity), 200);
  const shown =
    content.kind === 'underWay'
      ? card(underWayCard, { asked }, { summary: texts(reader.locale).underWay })
      : trying(operation, { ...content, asked }, reader);
  return withReceipt(toActivity(shown, reader.locale), { operationId: operation.id, userId });
}

function trying(
  { id: operationId }: Operation,
  { until, why, asked }: { until: number; why: 'slow' | 'away'; asked: string },
  reader: Reader,
): CardReply {
  const words = texts(reader.locale);
  const fallbackText = words.trying(words[why], describeTime(new Date(until), reader));
  const view = { operationId, reason: words[why], until: cardTime(new Date(until)), asked, fallbackText };
  return card(tryingCard, view, { summary: fallbackText });
}

/** What whoever asked should see of an operation as it is now. */
export function contentOf({ step, answer, tryingUntil }: Operation): Content {
  if (step !== 'accepted') return { kind: 'answer', answer };
  return tryingUntil === undefined ? { kind: 'underWay' } : { kind: 'trying', why: 'away', until: tryingUntil };
}

/** What a click is told while nothing is known yet. */
export function stillWorking(operation: Operation | undefined, reader: Reader): string {
  const words = texts(reader.locale);
  const until = operation?.step === 'accepted' ? operation.tryingUntil : undefined;
  return until === undefined ? words.stillWorking : words.trying(words.away, describeTime(new Date(until), reader));
}

/** What is said to somebody who wants an operation to stop: it is `over`, it is somebody else's, or it will. */
export function stopWords(outcome: 'stopping' | 'over' | 'notYours', { locale }: Reader): string {
  return texts(locale)[outcome];
}

/** What a click is answered with. */
export function invokeResponseOf(operation: Operation, locale: string): InvokeResponse {
  const words = texts(locale);
  const answer = operation.answer as OperationAnswer | undefined;
  switch (answer?.kind) {
    case undefined:
      return invokeMessage(words.done);
    case 'nothing':
      return invokeMessage(clickTexts(locale).signInBelow);
    case 'text':
      return invokeMessage(answer.activity.text ?? '');
    case 'card':
      return answer.asNewMessage
        ? invokeMessage(clickTexts(locale).postedBelow)
        : invokeCard(cardIn(answer.activity) ?? {});
  }
}
