import { meetingFormCard, type MeetingFormView, plainLine } from '../cards';
import { type Fingerprints, fingerprints, isMarkedBy } from '../meetings/edit';
import { MeetingProblem } from '../meetings/errors';
import type { Meeting, MeetingChanges, MeetingOptions, MeetingSettings } from '../meetings/meeting';
import { SETTING_NAMES } from '../meetings/meeting';
import { LIMITED_SETTINGS, type LimitedSetting, parseAddresses } from '../meetings/settings-rules';
import { isZone, parseIsoTime, toLocalTime } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import { type ActionData, card, type CardReply, type Reader, textField } from './command';
import { choicesOf } from './setting-words';

const texts = defineTexts({
  en: {
    newTitle: 'New meeting',
    editTitle: 'Edit the meeting',
    create: 'Create',
    save: 'Save',
    zoneHint: (zone: string) => `Times are in ${zone}.`,
    zoneHintNew: (zone: string) => `Leave it empty and your server decides. Times are in ${zone}.`,
  },
});

/** More characters of addresses than this do not fit into a card; the people are then kept as they are. */
const MAX_PEOPLE_TEXT = 9000;
const MAX_DESCRIPTION_TEXT = 4000;

const TEXT_FIELDS = ['subject', 'description', 'attendees', 'leaders'] as const;

/** Where a form goes when it is sent, and what it starts from. */
export interface FormShape {
  readonly verb: 'new.save' | 'edit.save';
  /** The meeting to edit; undefined for a new one. */
  readonly meeting: Meeting | undefined;
  /** One-time key: the same form sent twice is one save. */
  readonly formId: string;
  /** Preselected values of a new meeting. */
  readonly draft?: MeetingChanges;
}

/** A form to fill in. */
export function formReply(shape: FormShape, shown: { options: MeetingOptions; reader: Reader }): CardReply {
  const { meeting, formId, verb, draft } = shape;
  const settings: MeetingChanges = meeting ?? { ...shown.options.defaults, ...draft };
  const marks = meeting === undefined ? {} : { meetingId: meeting.id, base: fingerprints(meeting) };
  const view = formView(settings, { ...shown, verb, hidden: { formId, zone: shown.reader.zone, ...marks } });
  const until = meeting === undefined ? {} : { until: untilText(view) };
  const hidden = { ...view.hidden, fields: fieldsOf(view), ...until };
  return card(meetingFormCard, { ...view, hidden }, { summary: view.fallbackText, passing: true });
}

/** A sent form as its sender saw it: renderers leave out what was emptied, which is not the same as never shown. */
export function sentForm(data: ActionData): ActionData {
  const fields: readonly unknown[] = Array.isArray(data.fields) ? data.fields : [];
  const shown = TEXT_FIELDS.filter((name) => fields.includes(name));
  return { ...Object.fromEntries(shown.map((name) => [name, ''])), ...data };
}

/** The form again, with what the person typed and what was wrong: nothing is lost. */
export function formAgainReply(
  data: ActionData,
  shown: { verb: FormShape['verb']; options: MeetingOptions; reader: Reader; problem: string },
): CardReply {
  const zone = zoneOf(data, shown.reader);
  const base = formView({}, { ...shown, reader: { ...shown.reader, zone }, hidden: hiddenOf(data) });
  const typed = ['subject', 'description', 'untilDate', 'untilTime', 'attendees', 'leaders', ...LIMITED_SETTINGS];
  const values = typed.map((name) => [name, textField(data, name) ?? ''] as const);
  const view = {
    ...base,
    ...Object.fromEntries(values),
    problem: shown.problem,
    meetingId: textField(data, 'meetingId') ?? '',
    descriptionTooLong: data.description === undefined,
    tooManyPeople: data.attendees === undefined,
  };
  return card(meetingFormCard, view, { summary: view.fallbackText, passing: true });
}

/**
 * Reads a sent form. Fields the form did not have, an empty end, and choices left "as set on the server" are left out.
 *
 * @throws MeetingProblem `input.…`.
 */
export function readForm(data: ActionData, reader: Reader): MeetingChanges {
  const limited = LIMITED_SETTINGS.map((name) => [name, textField(data, name)] as const);
  const base = readBase(data);
  const people = (['attendees', 'leaders'] as const).map((name) => {
    const typed = textField(data, name);
    return [name, typed === undefined || isAsShown(typed, base[name]) ? undefined : parseAddresses(typed)] as const;
  });
  const texts = (['subject', 'description'] as const).map((name) => [name, textField(data, name)?.trim()] as const);
  const expiresAt = readExpiry(data, zoneOf(data, reader));
  const entries = [...texts, ...people, ...limited, ['expiresAt', expiresAt] as const];
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== undefined && !(isLimited(name) && isNoChoice(value))),
  ) as MeetingChanges;
}

/** Reads the marks of an edit form. Missing ones count as changed by somebody: the person is asked, nothing overwritten. */
export function readBase(data: ActionData): Fingerprints {
  const base: unknown = data.base;
  const marks = typeof base === 'object' && base !== null ? (base as Record<string, unknown>) : {};
  const entries = SETTING_NAMES.map((name) => [name, typeof marks[name] === 'string' ? marks[name] : ''] as const);
  return Object.fromEntries(entries) as Fingerprints;
}

/** People nobody touched are not judged: the server may hold addresses that nobody could type here. */
function isAsShown(typed: string, mark: string): boolean {
  return isMarkedBy(
    typed.split(/[\s,;]+/u).filter((address) => address !== ''),
    mark,
  );
}

/** In the hour that a clock change repeats the fields stand for two moments: untouched ones mean the present end. */
function readExpiry(data: ActionData, zone: string): Date | undefined {
  const date = textField(data, 'untilDate')?.trim() ?? '';
  const time = textField(data, 'untilTime')?.trim() ?? '';
  const shown = textField(data, 'until') ?? 'T';
  if (untilText({ untilDate: date, untilTime: time }) === shown) return undefined;
  // The server has no meetings without an end, so an emptied one cannot be saved.
  if (date === '') throw new MeetingProblem('input.expiryMissing');
  return parseIsoTime(`${date}T${time === '' ? '23:59' : time}`, zone);
}

/** Nothing chosen, or the entry that stands for a value only the server can name. */
function isNoChoice(value: unknown): boolean {
  return value === '' || value === 'unknown';
}

function isLimited(name: string): name is LimitedSetting {
  return (LIMITED_SETTINGS as readonly string[]).includes(name);
}

function zoneOf(data: ActionData, reader: Reader): string {
  const zone = textField(data, 'zone');
  return zone !== undefined && isZone(zone) ? zone : reader.zone;
}

function untilText({ untilDate, untilTime }: Pick<MeetingFormView, 'untilDate' | 'untilTime'>): string {
  return `${untilDate}T${untilTime}`;
}

function fieldsOf({ descriptionTooLong, tooManyPeople }: MeetingFormView): readonly string[] {
  return TEXT_FIELDS.filter((name) => {
    if (name === 'subject') return true;
    return name === 'description' ? !descriptionTooLong : !tooManyPeople;
  });
}

function hiddenOf(data: ActionData): Record<string, unknown> {
  const kept = ['formId', 'zone', 'meetingId', 'base', 'fields', 'until'].filter((name) => data[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, data[name]]));
}

function formView(
  settings: Partial<MeetingSettings>,
  shown: { verb: FormShape['verb']; options: MeetingOptions; reader: Reader; hidden: Record<string, unknown> },
): MeetingFormView {
  const { locale, zone } = shown.reader;
  const { subject = '', description = '', attendees = [], leaders = [], expiresAt } = settings;
  const words = texts(locale);
  const frame =
    shown.verb === 'new.save'
      ? { title: words.newTitle, zoneHint: words.zoneHintNew(zone), saveTitle: words.create }
      : { title: words.editTitle, zoneHint: words.zoneHint(zone), saveTitle: words.save };
  const until = expiresAt === undefined ? { date: '', time: '' } : toLocalTime(expiresAt, zone);
  const people = { attendees: attendees.join('\n'), leaders: leaders.join('\n') };
  return {
    ...frame,
    problem: '',
    meetingId: textField(shown.hidden, 'meetingId') ?? '',
    subject,
    description,
    descriptionTooLong: description.length > MAX_DESCRIPTION_TEXT,
    untilDate: until.date,
    untilTime: until.time,
    ...people,
    tooManyPeople: people.attendees.length + people.leaders.length > MAX_PEOPLE_TEXT,
    ...limitedFields(settings, shown),
    saveVerb: shown.verb,
    hidden: shown.hidden,
    fallbackText: `${frame.title}: ${plainLine(subject)}`,
  };
}

type LimitedFields = Pick<MeetingFormView, LimitedSetting | `${LimitedSetting}Choices`>;

/** Drop-downs. A setting the server does not support at all has no choices, and the card leaves it out. */
function limitedFields(
  settings: Partial<MeetingSettings>,
  shown: { options: MeetingOptions; reader: Reader },
): LimitedFields {
  const fields = LIMITED_SETTINGS.flatMap((name) => {
    const current = settings[name] ?? '';
    const choices = choicesOf(name, { options: shown.options, current, locale: shown.reader.locale });
    const supported = choices.some(({ value }) => value !== 'unsupported');
    return [
      [name, current],
      [`${name}Choices`, supported ? choices : []],
    ];
  });
  return Object.fromEntries(fields) as LimitedFields;
}
