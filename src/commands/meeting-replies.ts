import {
  chooseMeetingCard,
  meetingCancelledCard,
  meetingDetailsCard,
  type MeetingDetailsView,
  plain,
  plainLine,
} from '../cards';
import type { Candidate, Found } from '../meetings/finder';
import type { DialIn, LiveMeeting, Meeting } from '../meetings/meeting';
import type { MeetingService } from '../meetings/meeting-service';
import type { MeetingRecord } from '../meetings/ports';
import { timesOf } from '../meetings/records';
import { cardMoment } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import { card, type CardReply } from './command';
import { settingWords } from './setting-words';

const texts = defineTexts({
  en: {
    noSubject: '(no subject)',
    organizer: 'Organizer',
    owner: 'Owner',
    organizedBy: (owner: string, organizer: string) => `${owner} · organized by ${organizer}`,
    coOwners: 'Co-owners',
    askedForBy: 'Asked for by',
    invited: 'Invited',
    presenters: 'Presenters',
    whoComesIn: 'Who comes in',
    people: (shown: string, more: number) => (more > 0 ? `${shown} and ${String(more)} more` : shown),
    manyPeople: (count: number, limit: number) =>
      `${String(count)} people are invited. Your server suggests at most ${String(limit)}.`,
    personalRoom: 'This is a personal room: it is always open, and its address never changes.',
    onlyLink: 'This is not a scheduled meeting of mine, so it can be joined but not edited here.',
    summary: (subject: string, joinUrl: string) => (joinUrl === '' ? subject : `${subject}: ${joinUrl}`),
    whichMeeting: 'Which meeting do you mean?',
    only: (count: number) => `Only the first ${String(count)} are shown. Part of the subject narrows it down.`,
    choose: 'Continue',
    cancelledOn: (moment: string) => `Cancelled on ${moment}`,
    cancelled: 'Cancelled',
  },
});

/** What a details card needs besides the meeting. */
interface Surroundings {
  readonly meetings: MeetingService;
  readonly reader: { readonly locale: string };
  readonly signal: AbortSignal;
}

type Owners = Awaited<ReturnType<MeetingService['ownershipOf']>>;

/** The card of a scheduled meeting. */
export async function meetingReply(
  context: Surroundings,
  meeting: Meeting,
  headline: string,
): Promise<CardReply & { view: MeetingDetailsView }> {
  return scheduledReply(context, meeting, { headline, notice: '' });
}

/** The card of a meeting of which somebody else is owner or co-owner now; its other cards follow. */
export async function ownersReply(
  context: Surroundings,
  found: Found,
  shown: { headline: string; notice: string },
): Promise<CardReply> {
  if (found.kind === 'recorded') {
    const reply = await liveMeetingReply(context, liveFrom(found.record), shown);
    return { ...reply, changed: { meetingId: found.record.id, state: found } };
  }
  const reply = await scheduledReply(context, found.meeting, shown);
  return { ...reply, changed: { meetingId: found.meeting.id, state: found } };
}

/** The same with something its reader should know. */
export async function scheduledReply(
  context: Surroundings,
  meeting: Meeting,
  shown: { headline: string; notice: string },
): Promise<CardReply & { view: MeetingDetailsView }> {
  const { headline } = shown;
  const words = texts(context.reader.locale);
  const { meetings, signal } = context;
  const people = new Set([...meeting.attendees, ...meeting.leaders]).size;
  const limit = people > 0 ? await meetings.suggestedPeople(signal) : undefined;
  const notices = [
    shown.notice,
    meeting.isPersonalRoom ? words.personalRoom : '',
    limit !== undefined && people > limit ? words.manyPeople(people, limit) : '',
  ];
  const notice = notices.filter((line) => line !== '').join(' ');
  const details = await detailsView(context, { meeting, headline, notice });
  const view = {
    ...details,
    description: plain(meeting.description.trim(), 1500),
    canEdit: true,
    canCancel: !meeting.isPersonalRoom,
    canRemind: details.startsAt !== '' || details.openUntil !== '',
  };
  return { ...card(meetingDetailsCard, view, { summary: view.fallbackText, shows: meeting.id }), view };
}

/** The card of a meeting seen from inside: it was started on the spot, or belongs to somebody else. */
export async function liveMeetingReply(
  context: Surroundings,
  meeting: LiveMeeting,
  shown: { headline: string; notice?: string },
): Promise<CardReply> {
  const notice = [shown.notice ?? '', plain(meeting.disclaimer ?? '', 500)].filter((line) => line !== '').join(' ');
  const view = await detailsView(context, { meeting, headline: shown.headline, notice });
  return card(meetingDetailsCard, view, { summary: view.fallbackText, shows: meeting.id });
}

/** The card of a meeting that only our own record knows. */
export async function recordReply(context: Surroundings, record: MeetingRecord, headline: string): Promise<CardReply> {
  return liveMeetingReply(context, liveFrom(record), { headline, notice: texts(context.reader.locale).onlyLink });
}

/** What is remembered of a meeting, as if it were seen from inside. */
function liveFrom(record: MeetingRecord): LiveMeeting {
  return {
    id: record.id,
    subject: record.subject,
    joinUrl: record.joinUrl,
    conferenceUri: record.conferenceUri,
    conferenceId: record.conferenceId,
    organizer: record.organizer,
    access: record.access ?? 'unknown',
    expiresAt: record.expiresAt === undefined ? undefined : new Date(record.expiresAt),
    attendees: [],
    leaders: [],
  };
}

/** What every card of a cancelled meeting turns into. */
export function cancelledReply(record: MeetingRecord, locale: string): CardReply {
  const words = texts(locale);
  const subject = subjectOf(record.subject, locale);
  const when = record.cancelledAt === undefined ? '' : words.cancelledOn(cardMoment(new Date(record.cancelledAt)));
  const fallbackText = `${words.cancelled}: ${subject}`;
  return card(
    meetingCancelledCard,
    { subject, cancelledAt: when, cancelledBy: plainLine(record.cancelledBy?.name ?? '', 80), fallbackText },
    { summary: fallbackText, shows: record.id },
  );
}

/** Several meetings fit: a person chooses, and `verb` goes on with the chosen one. */
export function chooseReply(
  meetings: readonly Candidate[],
  shown: { verb: string; locale: string; chooseTitle?: string; hidden?: Readonly<Record<string, string>> },
): CardReply {
  const words = texts(shown.locale);
  const limit = 50;
  const choices = meetings.slice(0, limit).map((meeting) => ({
    title: `${subjectOf(meeting.subject, shown.locale)} (${meeting.id})`,
    value: meeting.id,
  }));
  const view = {
    title: words.whichMeeting,
    choices,
    hint: meetings.length > limit ? words.only(limit) : '',
    chooseTitle: shown.chooseTitle ?? words.choose,
    verb: shown.verb,
    hidden: shown.hidden ?? {},
    fallbackText: words.whichMeeting,
  };
  return card(chooseMeetingCard, view, { summary: words.whichMeeting });
}

/** The subject as text on one line; a placeholder when the meeting has none. */
export function subjectOf(subject: string, locale: string): string {
  const shown = plainLine(subject, 250);
  return shown === '' ? texts(locale).noSubject : shown;
}

async function detailsView(
  context: Surroundings,
  shown: { meeting: LiveMeeting; headline: string; notice: string },
): Promise<MeetingDetailsView> {
  const { meeting } = shown;
  const { locale } = context.reader;
  const subject = subjectOf(meeting.subject, locale);
  const owners = await context.meetings.ownershipOf(meeting.id);
  const { startsAt } = timesOf(await context.meetings.recordOf(meeting.id));
  const joinUrl = meeting.joinUrl ?? '';
  const dialIn = meeting.conferenceId === undefined ? { regions: [] } : await context.meetings.dialIn(context.signal);
  return {
    meetingId: meeting.id,
    headline: shown.headline,
    subject,
    description: '',
    notice: shown.notice,
    startsAt: startsAt === undefined ? '' : cardMoment(startsAt),
    openUntil: meeting.expiresAt === undefined ? '' : cardMoment(meeting.expiresAt),
    rows: [...ownerRows(meeting, owners, locale), ...rowsOf(meeting, locale)],
    phones: phoneLines(dialIn),
    conferenceId: plainLine(meeting.conferenceId ?? '', 40),
    joinUrl,
    canEdit: false,
    canCancel: false,
    canRemind: false,
    fallbackText: texts(locale).summary(subject, joinUrl),
  };
}

/** Whose meeting it is: with one account for all the server knows only that one, and only Confer who asked. */
function ownerRows(meeting: LiveMeeting, owners: Owners, locale: string): MeetingDetailsView['rows'] {
  const words = texts(locale);
  const organizer = plainLine(meeting.organizerName ?? meeting.organizer ?? '', 80);
  const owner = plainLine(owners.owner?.name ?? '', 80);
  const askedForBy = owners.createdBy?.id === owners.owner?.id ? '' : plainLine(owners.createdBy?.name ?? '', 80);
  const coOwners = owners.coOwners.map(({ name }) => name);
  const first = { label: words.organizer, value: organizer };
  const owned = { label: words.owner, value: organizer === '' ? owner : words.organizedBy(owner, organizer) };
  return filled([
    owner === '' ? first : owned,
    { label: words.coOwners, value: peopleLine(coOwners, locale) },
    { label: words.askedForBy, value: askedForBy },
  ]);
}

/** Who is invited, who comes in. */
function rowsOf(meeting: LiveMeeting, locale: string): MeetingDetailsView['rows'] {
  const words = texts(locale);
  const access = meeting.access === 'unknown' ? '' : settingWords(locale).whoComesIn[meeting.access];
  return filled([
    { label: words.invited, value: peopleLine(meeting.attendees, locale) },
    { label: words.presenters, value: peopleLine(meeting.leaders, locale) },
    { label: words.whoComesIn, value: access },
  ]);
}

/** What is not known has no row. */
function filled(rows: MeetingDetailsView['rows']): MeetingDetailsView['rows'] {
  return rows.filter(({ value }) => value !== '');
}

function peopleLine(addresses: readonly string[], locale: string): string {
  const shown = addresses.slice(0, 5).map((address) => plainLine(address, 80));
  return texts(locale).people(shown.join(', '), addresses.length - shown.length);
}

function phoneLines({ regions }: DialIn): MeetingDetailsView['phones'] {
  return regions.slice(0, 4).map(({ name, number }) => {
    const shown = plainLine(number.replace(/^tel:/iu, ''), 40);
    return { region: plainLine(name, 60), number: shown, url: `tel:${shown.replace(/[^\d+]/gu, '')}` };
  });
}
