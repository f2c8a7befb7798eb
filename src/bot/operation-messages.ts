import type { Activity, InvokeResponse } from 'botbuilder';

import { plainLine, underWayCard } from '../cards';
import { card } from '../commands';
import type { Operation } from '../journal/operation';
import type { Content } from '../journal/ports';
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
  },
});

/** What a message shows; undefined when there is nothing to show. */
export function messageOf(operation: Operation, content: Content): Partial<Activity> | undefined {
  const { activity } = toRequest(operation.request);
  const userId = activity.from.id;
  if (content.kind === 'answer') {
    const answer = content.answer as OperationAnswer;
    return answer.kind === 'nothing' ? undefined : withReceipt(answer.activity, { operationId: operation.id, userId });
  }
  const { locale = 'en-US' } = activity;
  const asked = plainLine(wordsOf(activity), 200);
  const message = toActivity(card(underWayCard, { asked }, { summary: texts(locale).underWay }), locale);
  return withReceipt(message, { operationId: operation.id, userId });
}

/** What a click is answered with; undefined: nothing is known yet. */
export function invokeResponseOf(operation: Operation | undefined, locale: string): InvokeResponse {
  const words = texts(locale);
  if (operation === undefined) return invokeMessage(words.stillWorking);
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
