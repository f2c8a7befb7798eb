import { plainLine, reminderCard } from '../cards';
import type { Reminder } from '../meetings/reminder-store';
import { LATEST_MS, leadParts } from '../meetings/reminder-times';
import type { Due } from '../meetings/reminders';
import { cardMoment } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import { card, type CardReply } from './command';
import { subjectOf } from './meeting-replies';

const MINUTE_MS = 60_000;

const texts = defineTexts({
  en: {
    days: (count: number) => (count === 1 ? '1 day' : `${String(count)} days`),
    hours: (count: number) => `${String(count)} h`,
    minutes: (count: number) => `${String(count)} min`,
    starts: (left: string) => `Starts in ${left}`,
    startsNow: 'Starts now',
    started: (ago: string) => `Started ${ago} ago`,
    closes: (left: string) => `Closes in ${left}`,
    closesNow: 'Closes now',
    closed: (ago: string) => `Closed ${ago} ago`,
    startsAt: (moment: string) => `Start: ${moment}`,
    closesAt: (moment: string) => `Open until: ${moment}`,
    noStart: 'Nobody told me when it starts, so I count down to its end.',
    snooze: (minutes: number) => `Snooze ${String(minutes)} min`,
    atStart: 'At the start',
    again: (moment: string) => `I remind you again: ${moment}.`,
    muted: 'Muted: I say no more about this meeting. "remind 10m" undoes that.',
    summary: (headline: string, subject: string) => `${headline}: ${subject}`,
  },
});

/** How long a snooze may be, in minutes. */
const SNOOZES = [5, 10] as const;

/** The card of a reminder that is due, or that somebody pressed a button of. */
export function reminderReply(
  { reminder, meeting, now }: Omit<Due & { kind: 'say' }, 'kind'>,
  shown: { locale: string; forWhom: string; pressed?: 'snoozed' | 'muted' },
): CardReply {
  const { locale, forWhom, pressed } = shown;
  const words = texts(locale);
  const subject = subjectOf(meeting.subject, locale);
  const headline = countdownWords(reminder, now, locale);
  const moment = cardMoment(reminder.meetingAt);
  const isClosed = reminder.countsTo === 'end' && reminder.meetingAt <= now;
  const view = {
    headline,
    subject,
    when: reminder.countsTo === 'start' ? words.startsAt(moment) : words.closesAt(moment),
    notice: noticeOf(reminder, locale, pressed),
    forWhom: plainLine(forWhom, 80),
    joinUrl: isClosed ? '' : (meeting.joinUrl ?? ''),
    reminderId: reminder.id,
    snoozes: pressed === undefined ? snoozesOf(reminder, now, locale) : [],
    canMute: pressed !== 'muted',
    fallbackText: words.summary(headline, subject),
  };
  return card(reminderCard, view, { summary: view.fallbackText, shows: meeting.id });
}

/** `1 h 30 min`. */
export function leadWords(lead: string, locale: string): string {
  const words = texts(locale);
  const { days, hours, minutes } = leadParts(lead);
  const parts = [
    days === 0 ? '' : words.days(days),
    hours === 0 ? '' : words.hours(hours),
    minutes === 0 ? '' : words.minutes(minutes),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** "Starts in 10 min", "Started 4 min ago". */
function countdownWords({ countsTo, meetingAt }: Reminder, now: Date, locale: string): string {
  const words = texts(locale);
  const minutes = Math.round((meetingAt.getTime() - now.getTime()) / MINUTE_MS);
  const long = spanWords(Math.abs(minutes), locale);
  const [ahead, atOnce, over] =
    countsTo === 'start'
      ? [words.starts, words.startsNow, words.started]
      : [words.closes, words.closesNow, words.closed];
  if (minutes === 0) return atOnce;
  return minutes > 0 ? ahead(long) : over(long);
}

/** Two units at most: nobody needs the minutes of three days. */
function spanWords(minutes: number, locale: string): string {
  const words = texts(locale);
  const [days, hours, rest] = [Math.trunc(minutes / 1440), Math.trunc((minutes % 1440) / 60), minutes % 60];
  const parts = [
    days === 0 ? '' : words.days(days),
    hours === 0 ? '' : words.hours(hours),
    rest === 0 || days > 0 ? '' : words.minutes(rest),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function noticeOf({ countsTo, dueAt }: Reminder, locale: string, pressed: 'snoozed' | 'muted' | undefined): string {
  const words = texts(locale);
  if (pressed === 'muted') return words.muted;
  if (pressed === 'snoozed') return words.again(cardMoment(dueAt));
  return countsTo === 'end' ? words.noStart : '';
}

/** Only what still comes in time. */
function snoozesOf({ countsTo, meetingAt }: Reminder, now: Date, locale: string) {
  const words = texts(locale);
  const leftMs = meetingAt.getTime() - now.getTime();
  const later = SNOOZES.filter((minutes) => minutes * MINUTE_MS < leftMs + LATEST_MS).map((minutes) => {
    return { title: words.snooze(minutes), until: String(minutes) };
  });
  const isAhead = countsTo === 'start' && leftMs > MINUTE_MS;
  return isAhead ? [...later, { title: words.atStart, until: 'then' }] : later;
}
