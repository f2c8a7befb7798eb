import { plainLine } from '../cards';
import type { Found } from '../meetings/finder';
import type { Reminder } from '../meetings/reminder-store';
import { dueBefore } from '../meetings/reminder-times';
import type { When, Wishing } from '../meetings/reminders';
import { describeMoment } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import type { CommandContext } from './command';
import { idOfFound } from './find';
import { subjectOf } from './meeting-replies';
import { leadWords } from './reminder-replies';

const texts = defineTexts({
  en: {
    planned: (moment: string, what: string) => `I remind you here on ${moment}: ${what}.`,
    beforeStart: (lead: string, subject: string) =>
      lead === '' ? `when "${subject}" starts` : `${lead} before "${subject}" starts`,
    beforeEnd: (lead: string, subject: string) =>
      lead === '' ? `when "${subject}" closes` : `${lead} before "${subject}" closes`,
    again: (subject: string) => `"${subject}" once more`,
    noStart:
      'Nobody told me when it starts. Say for example "edit last start=2026-12-24T18:00", and I count down to that.',
    butMuted: 'You have muted all reminders, though: say "unmute" to hear them.',
  },
});

/**
 * Plans a reminder for whoever speaks.
 *
 * @returns what was planned, in words.
 * @throws MeetingProblem `meeting.noTime`, `meeting.begun`, `meeting.tooSoon`, `input.badLead`.
 */
export async function planReminder(context: CommandContext, found: Found, when: When): Promise<string> {
  const { meetings, reader } = context;
  const words = texts(reader.locale);
  const reminder = await meetings.reminders.set(found, when, await wishing(context, idOfFound(found)));
  const what = reminderWords(reminder, subjectOfFound(found, reader.locale), reader.locale);
  const lines = [
    words.planned(describeMoment(reminder.dueAt, reader), what),
    reminder.countsTo === 'end' ? words.noStart : '',
    await mutedNotice(context),
  ];
  return lines.filter((line) => line !== '').join(' ');
}

/** `10 min before "Budget review" starts`. */
export function reminderWords(reminder: Reminder, subject: string, locale: string): string {
  const { countsTo, lead, meetingAt, dueAt } = reminder;
  const words = texts(locale);
  if (dueBefore(meetingAt, reminder).getTime() !== dueAt.getTime()) return words.again(subject);
  const long = leadWords(lead, locale);
  return countsTo === 'start' ? words.beforeStart(long, subject) : words.beforeEnd(long, subject);
}

/** What somebody should know who has muted everything; else empty. */
export async function mutedNotice({ meetings, person, reader }: CommandContext): Promise<string> {
  const { isMuted } = await meetings.reminders.wishesOf(person.id);
  return isMuted ? texts(reader.locale).butMuted : '';
}

/** Who wants to be reminded of a meeting, and where. */
export async function wishing(context: CommandContext, meetingId: string): Promise<Wishing> {
  const { meetings, person, reader, tellAt } = context;
  return { personId: person.id, zone: reader.zone, ...tellAt(await meetings.reminders.cardsOf(meetingId)) };
}

/** The subject on one line. */
export function subjectOfFound(found: Found, locale: string): string {
  return plainLine(subjectOf(found.kind === 'scheduled' ? found.meeting.subject : found.record.subject, locale), 120);
}
