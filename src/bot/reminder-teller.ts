import type { Activity } from 'botbuilder';

import { plainLine } from '../cards';
import { reminderReply } from '../commands';

import type { OperationAnswer } from './operation-answer';
import { toAnswer } from './operation-answer';
import type { OwnWish } from './operation-request';
import type { Turn } from './turns';

/** Answers what nobody asked. */
export type Tell = (turn: Turn, wish: OwnWish) => Promise<OperationAnswer>;

/**
 * Says reminders that were due, to the person who wanted them.
 *
 * @param deps - `mayAnswer`: whether the bot may speak to a stored address; it sends its token there, and settings change.
 */
export function reminderTeller({ mayAnswer }: { mayAnswer: (serviceUrl: unknown) => boolean }): Tell {
  return async (turn, wish) => {
    const { activity, log, person, place, reader } = turn;
    if (!mayAnswer(activity.serviceUrl)) {
      log.warn('reminder.dropped', { reason: 'address', person: person.id });
      return { kind: 'nothing' };
    }
    const due = await turn.meetings().reminders.due(wish, turn.signal);
    if (due.kind === 'nothing') {
      log.info('reminder.dropped', { reason: due.why, person: person.id });
      return { kind: 'nothing' };
    }
    const isAlone = place.kind === 'personal';
    const reply = reminderReply(due, { locale: reader.locale, forWhom: isAlone ? '' : person.name });
    log.info('reminder.said', { meetingId: due.meeting.id, person: person.id });
    const answer = toAnswer(reply, reader.locale);
    return answer.kind === 'card' && !isAlone
      ? { ...answer, activity: mentioning(answer.activity, activity.from) }
      : answer;
  };
}

/**
 * The message with words above its card that mention one person, who alone is notified.
 *
 * Source: msteams-docs, bots/how-to/conversations/channel-and-group-conversations.md, "Add mentions to your messages"
 */
function mentioning(message: Partial<Activity>, { id, name }: Activity['from']): Partial<Activity> {
  const text = `<at>${xmlOf(plainLine(name, 100))}</at>`;
  const mention = { type: 'mention', mentioned: { id, name }, text };
  return { ...message, text, textFormat: 'xml', entities: [...(message.entities ?? []), mention] };
}

function xmlOf(words: string): string {
  return words.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');
}
