import { confirmCancelCard, plainLine } from '../../cards';
import { MeetingProblem } from '../../meetings/errors';
import type { Found } from '../../meetings/finder';
import { defineTexts } from '../../shared/texts';
import { type Action, card, type Command, type CommandContext, type Reply } from '../command';
import { meetingIdOf, withMeeting } from '../find';
import { cancelledReply, subjectOf } from '../meeting-replies';

const texts = defineTexts({
  en: {
    usage: 'cancel #1',
    description: 'Cancel a meeting; I ask before I do',
    choose: 'Cancel this one',
    question: (subject: string) => `Cancel "${subject}"?`,
  },
});

/** `cancel [ref]`: asks first; afterwards every card of the meeting says that it is cancelled. */
export const cancelCommand: Command = {
  name: 'cancel',
  aliases: ['delete', 'remove'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: { verbs: { 'cancel.confirm': 'once' } },
  run: async (context, args) =>
    withMeeting(context, args, {
      verb: 'cancel.ask',
      chooseTitle: texts(context.reader.locale).choose,
      withFound: async (found) => question(context, found),
    }),
  actions: {
    'cancel.ask': async (context, data) => ask(context, data),
    'cancel.confirm': async (context, data) => confirm(context, data),
  },
};

const ask: Action = async (context, data) =>
  question(context, await context.meetings.byId(meetingIdOf(data), context.signal));

const confirm: Action = async (context, data) => {
  const meetingId = meetingIdOf(data);
  const by = { person: await context.people.speaker(), guard: context.guard };
  const record = await context.meetings.cancel(meetingId, by, context.signal);
  const state = { kind: 'cancelled', record } as const;
  return { ...cancelledReply(record, context.reader.locale), changed: { meetingId, state } };
};

async function question(context: CommandContext, found: Found): Promise<Reply> {
  if (found.kind === 'recorded') {
    throw new MeetingProblem('meeting.notOurs', { facts: { subject: found.record.subject } });
  }
  const { meeting } = found;
  await context.meetings.checkMayChange(meeting.id, context.person);
  if (meeting.isPersonalRoom) throw new MeetingProblem('meeting.personalRoom');
  const subject = subjectOf(meeting.subject, context.reader.locale);
  const fallbackText = texts(context.reader.locale).question(plainLine(subject));
  return card(
    confirmCancelCard,
    { meetingId: meeting.id, subject, fallbackText },
    { summary: fallbackText, shows: meeting.id, passing: true },
  );
}
