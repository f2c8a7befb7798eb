import { editConflictCard, type EditConflictView, plain } from '../../cards';
import { changedByPerson, fingerprints, pick } from '../../meetings/edit';
import { EditCollisionError, MeetingProblem, type ProblemCode } from '../../meetings/errors';
import type { Found } from '../../meetings/finder';
import { type Meeting, type MeetingChanges, SETTING_NAMES, type SettingName } from '../../meetings/meeting';
import { LIMITED_SETTINGS } from '../../meetings/settings-rules';
import { describeMoment, parseIsoTime } from '../../meetings/when';
import { defineTexts } from '../../shared/texts';
import {
  type Action,
  type ActionData,
  card,
  type CardReply,
  type Command,
  type CommandContext,
  type Reply,
  textField,
} from '../command';
import { idOfFound, meetingIdOf, withMeeting } from '../find';
import { formAgainReply, formReply, readBase, readForm, sentForm } from '../meeting-form';
import { meetingReply } from '../meeting-replies';
import { settingWords, valueWords } from '../setting-words';

const texts = defineTexts({
  en: {
    usage: 'edit #1',
    description: 'Change anything about a meeting, in a form',
    saved: 'Saved',
    choose: 'Edit this one',
    theirs: 'Theirs',
    mine: 'Yours',
    empty: '(empty)',
    collision: 'Somebody else changed this meeting, too.',
  },
});

/** A form cannot help there. */
const END_OF_FORM: readonly ProblemCode[] = [
  'meeting.cancelled',
  'meeting.notOwner',
  'signIn.unknownPerson',
  'signIn.guest',
];

/** `#1 start=2026-12-24T18:00`, or `start=none`. */
const START = /^([\s\S]*?)(?:^|\s)start=(\S+)([\s\S]*)$/iu;

/** `edit [ref]`: a form with every property the server keeps; `edit [ref] start=…`: when the meeting begins. */
export const editCommand: Command = {
  name: 'edit',
  aliases: ['change', 'update'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: {
    words: (args) => START.test(args),
    verbs: { 'edit.save': 'once', 'edit.useMine': 'once', 'edit.keepTheirs': 'once', 'edit.start': 'each' },
  },
  run: async (context, args) => {
    const [, before = '', start, after = ''] = START.exec(args) ?? [];
    const chooseTitle = texts(context.reader.locale).choose;
    if (start === undefined) {
      const withFound = async (found: Found): Promise<Reply> => openForm(context, idOfFound(found));
      return withMeeting(context, args, { verb: 'edit.open', chooseTitle, withFound });
    }
    const withFound = async (found: Found): Promise<Reply> => setStart(context, idOfFound(found), start);
    const words = `${before} ${after}`.trim();
    return withMeeting(context, words, { verb: 'edit.start', chooseTitle, hidden: { start }, withFound });
  },
  actions: {
    'edit.start': async (context, data) => setStart(context, meetingIdOf(data), textField(data, 'start') ?? ''),
    'edit.open': async (context, data) => openForm(context, meetingIdOf(data)),
    'edit.save': async (context, data) => saveForm(context, data),
    'edit.useMine': async (context, data) => resolve(context, data, []),
    'edit.keepTheirs': async (context, data) => resolve(context, data, collidingIn(data)),
  },
};

/** The server has no place for a start: it is not in the form, which shows what the server keeps. */
async function setStart(context: CommandContext, meetingId: string, typed: string): Promise<Reply> {
  const { meetings, guard, reader, signal } = context;
  const startsAt = /^(?:none|off)$/iu.test(typed) ? undefined : parseIsoTime(typed, reader.zone);
  const person = await context.people.speaker();
  const meeting = await meetings.setStart(meetingId, startsAt, { person, guard, signal });
  const reply = await meetingReply(context, meeting, texts(reader.locale).saved);
  return { ...reply, changed: { meetingId, state: { kind: 'scheduled', meeting } } };
}

async function openForm(context: CommandContext, meetingId: string): Promise<Reply> {
  const { meetings, person, signal, reader } = context;
  // The list may be older than a change made elsewhere; a form starts from the meeting itself.
  const meeting = await meetings.editable(meetingId, person, signal);
  const options = await meetings.options(signal);
  const shape = { verb: 'edit.save', meeting, formId: context.onceKey } as const;
  return { ...formReply(shape, { options, reader }), shows: meetingId };
}

const saveForm: Action = async (context, sent) => {
  const { reader, meetings, signal } = context;
  const data = sentForm(sent);
  const meetingId = meetingIdOf(data);
  try {
    return await save(context, { meetingId, values: readForm(data, reader), data });
  } catch (error) {
    if (error instanceof MeetingProblem && END_OF_FORM.includes(error.code)) throw error;
    const problem = context.explain(error);
    const options = await meetings.options(signal);
    return { ...formAgainReply(data, { verb: 'edit.save', options, reader, problem }), shows: meetingId };
  }
};

/** The person decided about a collision: `dropped` are the properties where theirs stays. */
async function resolve(context: CommandContext, data: ActionData, dropped: readonly SettingName[]): Promise<Reply> {
  const meetingId = meetingIdOf(data);
  const values = readForm(data, context.reader);
  const kept = (Object.keys(values) as SettingName[]).filter((name) => !dropped.includes(name));
  return save(context, { meetingId, values: pick(values, kept), data });
}

async function save(
  context: CommandContext,
  edit: { meetingId: string; values: MeetingChanges; data: ActionData },
): Promise<Reply> {
  const { meetingId, values } = edit;
  try {
    const { guard, signal } = context;
    const saved = { by: await context.people.speaker(), meetingId, values, base: readBase(edit.data), guard };
    const meeting = await context.meetings.edit(saved, signal);
    const reply = await meetingReply(context, meeting, texts(context.reader.locale).saved);
    return { ...reply, changed: { meetingId, state: { kind: 'scheduled', meeting } } };
  } catch (error) {
    if (error instanceof EditCollisionError) return conflict(context, error, edit);
    throw error;
  }
}

function conflict(
  context: CommandContext,
  error: EditCollisionError,
  edit: { values: MeetingChanges; data: ActionData },
): CardReply {
  const words = texts(context.reader.locale);
  const names = error.collisions;
  const collisions = names.map((name) => ({
    setting: settingWords(context.reader.locale).names[name],
    theirsTitle: words.theirs,
    theirs: shown(error.current, name, context),
    mineTitle: words.mine,
    mine: shown(edit.values, name, context),
  }));
  const kept = onlyChanged(edit.data, changedByPerson(edit.values, readBase(edit.data)));
  const typed = longFields(kept, context.reader.locale);
  const inputs = new Set(typed.map(({ id }) => id));
  const short = Object.fromEntries(Object.entries(kept).filter(([name]) => !inputs.has(name)));
  const hidden = { ...short, base: fingerprints(error.current), colliding: names };
  const view = { collisions, hidden, typed, fallbackText: words.collision };
  return card(editConflictCard, view, { summary: words.collision, shows: error.current.id, passing: true });
}

/** What both buttons send back: of the form's fields only those the person changed, so that nobody's other change is undone. */
function onlyChanged(data: ActionData, changed: readonly SettingName[]): Record<string, unknown> {
  const fields = changed.flatMap((name) => (name === 'expiresAt' ? ['untilDate', 'untilTime'] : [name]));
  const kept = ['meetingId', 'formId', 'zone', ...fields].filter((name) => data[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, data[name]]));
}

/** The data of a button is in a card several times over; what is long goes into inputs nobody sees. */
function longFields(kept: ActionData, locale: string): EditConflictView['typed'] {
  return SETTING_NAMES.flatMap((name) => {
    const value = textField(kept, name) ?? '';
    return value.length > 200 ? [{ id: name, label: settingWords(locale).names[name], value }] : [];
  });
}

function collidingIn(data: ActionData): SettingName[] {
  const names: readonly unknown[] = Array.isArray(data.colliding) ? data.colliding : [];
  return SETTING_NAMES.filter((name) => names.includes(name));
}

function shown(settings: MeetingChanges | Meeting, name: SettingName, context: CommandContext): string {
  const value = settings[name];
  const { empty } = texts(context.reader.locale);
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return empty;
  if (value instanceof Date) return describeMoment(value, context.reader);
  const limited = LIMITED_SETTINGS.find((setting) => setting === name);
  if (limited !== undefined && typeof value === 'string') return valueWords(limited, value, context.reader.locale);
  return plain(typeof value === 'string' ? value : value.join(', '), 400);
}
