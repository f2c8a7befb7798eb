import { MeetingProblem } from '../../meetings/errors';
import type { Found } from '../../meetings/finder';
import { isSamePerson } from '../../meetings/ownership';
import type { Reminder } from '../../meetings/reminder-store';
import type { When } from '../../meetings/reminders';
import { describeMoment } from '../../meetings/when';
import { defineTexts } from '../../shared/texts';
import { type Action, type Command, type CommandContext, type Reply, text, textField } from '../command';
import { idOfFound, meetingIdOf, withMeeting } from '../find';
import { subjectOf } from '../meeting-replies';
import { mutedNotice, planReminder, reminderWords, subjectOfFound, wishing } from '../reminder-planning';
import { leadWords, reminderReply } from '../reminder-replies';

import { leadOf, parseRemindArgs, type RemindArgs, type Usual } from './args';

const texts = defineTexts({
  en: {
    usage: 'remind 10m',
    description:
      'Remind you of a meeting, for example "remind #2 30m"; "remind list", "remind off", "remind default 10m"',
    choose: 'Remind me of this one',
    off: (subject: string) => `I do not remind you of "${subject}" any more.`,
    notOn: (subject: string) => `There was no reminder of "${subject}" for you, and none will come.`,
    list: 'Coming up for you here:',
    listAll: 'Coming up for you:',
    none: 'No reminder is coming for you here. Say for example "remind 10m" after "show #1".',
    line: (moment: string, what: string) => `${moment}: ${what}`,
    muted: 'You hear no reminders from me any more, of whatever meeting. Say "unmute" to hear them again.',
    unmuted: 'You hear reminders again.',
    usualIs: (lead: string) => `I remind you ${lead} each meeting of yours. "remind default off" ends that.`,
    noUsual: 'I remind you of nothing unless you ask. "remind default 10m" makes it a habit.',
    usualSet: (lead: string) =>
      `From now on I remind you ${lead} each meeting you make with "new", and each meeting of yours whose card I show you. Those you have reminders for keep them. "remind off" leaves one out.`,
    usualOff: 'From now on I remind you only when you ask. Reminders that are planned already will come.',
    before: (lead: string) => (lead === '' ? 'at the start of' : `${lead} before`),
    again: (moment: string, subject: string) => `I remind you of "${subject}" again on ${moment}.`,
    nothingToSnooze: 'I have not reminded you of anything yet that could come again. Say "remind 10m" to be reminded.',
    notYours: 'That reminder is somebody else’s, so I leave it as it is. Say "remind 10m" for one of your own.',
    isOver: 'That reminder is not there any more: the meeting was cancelled, or you asked for another one.',
  },
});

/** `remind [ref] 10m`, `snooze`, `mute`: says in time that a meeting begins, to one person. */
export const remindCommand: Command = {
  name: 'remind',
  aliases: ['snooze', 'mute', 'unmute'],
  shortcuts: { snooze: 'snooze', mute: 'mute', unmute: 'unmute' },
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: {
    words: (args) => !/^\s*(?:list|default)\s*$/iu.test(args),
    verbs: { 'remind.me': 'each', 'remind.choose': 'each', 'remind.snooze': 'each', 'remind.mute': 'each' },
  },
  run: async (context, args) => answer(context, parseRemindArgs(args, context.reader.zone)),
  actions: {
    'remind.me': async (context, data) => set(context, await foundIn(context, data), { kind: 'usual' }),
    'remind.choose': async (context, data) => {
      const found = await foundIn(context, data);
      const how = textField(data, 'how');
      if (how === 'off') return off(context, found);
      const [lead, at] = [textField(data, 'lead'), textField(data, 'at')];
      if (lead !== undefined) return set(context, found, { kind: 'before', lead: leadOf(lead) });
      return set(context, found, at === undefined ? { kind: 'usual' } : { kind: 'at', at: momentOf(at) });
    },
    'remind.snooze': async (context, data) =>
      onOwn(context, data, async (reminder) => snoozeClick(context, data, reminder)),
    'remind.mute': async (context, data) => onOwn(context, data, async (reminder) => muteClick(context, reminder)),
  },
};

async function answer(context: CommandContext, asked: RemindArgs): Promise<Reply> {
  switch (asked.kind) {
    case 'list':
      return list(context);
    case 'muteAll':
      return muteAll(context, asked.isMuted);
    case 'usual':
      return usual(context, asked.asked);
    case 'snooze':
      return snoozeLast(context, asked.until);
    case 'off':
      return withMeant(context, asked.words, {
        hidden: { how: 'off' },
        withFound: async (found) => off(context, found),
      });
    case 'set': {
      const { when } = asked;
      return withMeant(context, asked.words, {
        hidden: hiddenOf(when),
        withFound: async (found) => set(context, found, when),
      });
    }
  }
}

/** Goes on with the meeting that is meant: without words the one answered, or shown here last. */
async function withMeant(
  context: CommandContext,
  words: string,
  then: { hidden: Readonly<Record<string, string>>; withFound: (found: Found) => Promise<Reply> },
): Promise<Reply> {
  const { meetings, viewpoint, repliesTo, signal } = context;
  const meant =
    words === '' || /^this$/iu.test(words) ? await meetings.reminders.meantBy(viewpoint, repliesTo) : undefined;
  if (meant !== undefined) return then.withFound(await meetings.byId(meant, signal));
  return withMeeting(context, words, {
    verb: 'remind.choose',
    chooseTitle: texts(context.reader.locale).choose,
    ...then,
  });
}

async function set(context: CommandContext, found: Found, when: When): Promise<Reply> {
  return text(await planReminder(context, found, when));
}

async function off(context: CommandContext, found: Found): Promise<Reply> {
  const words = texts(context.reader.locale);
  const wasOn = await context.meetings.reminders.off(found, await wishing(context, idOfFound(found)));
  const subject = subjectOfFound(found, context.reader.locale);
  return text(wasOn ? words.off(subject) : words.notOn(subject));
}

async function list(context: CommandContext): Promise<Reply> {
  const { meetings, person, place, reader } = context;
  const words = texts(reader.locale);
  const isAlone = place.kind === 'personal';
  const coming = await meetings.reminders.coming(person.id, isAlone ? undefined : place.conversationId);
  const lines = coming.map((reminder) => {
    const what = reminderWords(reminder, subjectOf(reminder.subject, reader.locale), reader.locale);
    return words.line(describeMoment(reminder.dueAt, reader), what);
  });
  const title = isAlone ? words.listAll : words.list;
  const shown = lines.length === 0 ? [words.none] : [title, ...lines];
  return text([...shown, await mutedNotice(context)].filter((line) => line !== '').join('\n\n'));
}

async function muteAll({ meetings, person, reader }: CommandContext, isMuted: boolean): Promise<Reply> {
  await meetings.reminders.saveWishes(person.id, { isMuted });
  const words = texts(reader.locale);
  return text(isMuted ? words.muted : words.unmuted);
}

async function usual({ meetings, person, reader }: CommandContext, asked: Usual): Promise<Reply> {
  const words = texts(reader.locale);
  const before = (lead: string): string => words.before(leadWords(lead, reader.locale));
  switch (asked.kind) {
    case 'shown': {
      const { lead } = await meetings.reminders.wishesOf(person.id);
      return text(lead === undefined ? words.noUsual : words.usualIs(before(lead)));
    }
    case 'off':
      await meetings.reminders.saveWishes(person.id, { lead: undefined });
      return text(words.usualOff);
    case 'lead':
      await meetings.reminders.saveWishes(person.id, { lead: asked.lead, zone: reader.zone });
      return text(words.usualSet(before(asked.lead)));
  }
}

async function snoozeLast(context: CommandContext, until: number | 'then'): Promise<Reply> {
  const { meetings, viewpoint, reader, signal } = context;
  const words = texts(reader.locale);
  const last = await meetings.reminders.lastSaid(viewpoint);
  if (last === undefined) return text(words.nothingToSnooze);
  const found = await meetings.byId(meetings.reminders.meetingIdOf(last), signal);
  const snoozed = await meetings.reminders.snooze(last, until);
  if (snoozed === undefined) return text(words.isOver);
  return text(words.again(describeMoment(snoozed.dueAt, reader), subjectOfFound(found, reader.locale)));
}

async function snoozeClick(context: CommandContext, data: object, reminder: Reminder): Promise<Reply> {
  const until = textField({ ...data }, 'until');
  const minutes = Number(until);
  if (until !== 'then' && !(minutes > 0 && minutes <= 60)) throw new MeetingProblem('input.cardTooOld');
  const snoozed = await context.meetings.reminders.snooze(reminder, until === 'then' ? 'then' : minutes * 60_000);
  return snoozed === undefined ? text(texts(context.reader.locale).isOver) : pressedReply(context, snoozed, 'snoozed');
}

async function muteClick(context: CommandContext, reminder: Reminder): Promise<Reply> {
  await context.meetings.reminders.mute(reminder);
  return pressedReply(context, reminder, 'muted');
}

/** The card everybody sees, with what came of the button. */
async function pressedReply(context: CommandContext, reminder: Reminder, pressed: 'snoozed' | 'muted'): Promise<Reply> {
  const { meetings, signal, place, person, reader } = context;
  const found = await meetings.byId(meetings.reminders.meetingIdOf(reminder), signal);
  const meeting = found.kind === 'scheduled' ? found.meeting : found.record;
  const forWhom = place.kind === 'personal' ? '' : person.name;
  const now = await meetings.reminders.clock();
  return reminderReply({ reminder, meeting, now }, { locale: reader.locale, forWhom, pressed });
}

/** Only whoever wanted a reminder says what becomes of it; a button decides nothing about that. */
async function onOwn(
  context: CommandContext,
  data: object,
  then: (reminder: Reminder) => Promise<Reply>,
): Promise<Reply> {
  const words = texts(context.reader.locale);
  const id = textField({ ...data }, 'reminder');
  if (id === undefined) throw new MeetingProblem('input.cardTooOld');
  const reminder = await context.meetings.reminders.find(id);
  if (reminder === undefined) return text(words.isOver);
  return isSamePerson({ id: reminder.personId }, context.person) ? then(reminder) : text(words.notYours);
}

async function foundIn(context: CommandContext, data: Parameters<Action>[1]): Promise<Found> {
  return context.meetings.byId(meetingIdOf(data), context.signal);
}

function hiddenOf(when: When): Readonly<Record<string, string>> {
  if (when.kind === 'before') return { lead: when.lead };
  return when.kind === 'at' ? { at: when.at.toISOString() } : {};
}

function momentOf(at: string): Date {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) throw new MeetingProblem('input.cardTooOld');
  return moment;
}
