import { MeetingProblem } from '../../meetings/errors';
import type { Meeting, MeetingDraft } from '../../meetings/meeting';
import { defineTexts } from '../../shared/texts';
import { type Action, type Command, type CommandContext, type Reply, textField } from '../command';
import { formAgainReply, formReply, readForm, sentForm } from '../meeting-form';
import { scheduledReply } from '../meeting-replies';
import { planReminder } from '../reminder-planning';

import { parseNewArgs } from './args';

const texts = defineTexts({
  en: {
    usage: 'new Budget review',
    description: 'Plan a meeting; without a subject you get a form',
    headline: 'Your meeting is ready',
  },
});

/** `new [subject] [options]`: a scheduled meeting; without a subject, the form. */
export const newCommand: Command = {
  name: 'new',
  aliases: ['create', 'schedule', 'plan'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: { words: (args) => args.trim() !== '', verbs: { 'new.save': 'once' } },
  run: async (context, args) => {
    const { draft, besides } = parseNewArgs(args, context.reader.zone);
    if (draft.subject === '') {
      // The form has no fields for these: better asked than forgotten.
      if (Object.keys(besides).length > 0) throw new MeetingProblem('input.subjectMissing');
      return showForm(context, draft);
    }
    return create(context, draft, { ...besides, onceKey: context.onceKey });
  },
  actions: {
    'new.form': async (context) => ({ ...(await showForm(context, { subject: '' })), asNewMessage: true }),
    'new.save': async (context, data) => save(context, data),
  },
};

async function showForm(context: CommandContext, draft: MeetingDraft): Promise<Reply & { kind: 'card' }> {
  const options = await context.meetings.options(context.signal);
  const shape = { verb: 'new.save', meeting: undefined, formId: context.onceKey, draft } as const;
  return formReply(shape, { options, reader: context.reader });
}

const save: Action = async (context, sent) => {
  const data = sentForm(sent);
  try {
    const draft = readForm(data, context.reader);
    const formId = textField(data, 'formId') ?? context.onceKey;
    // Whoever writes another form into the data gets nothing of what was made with it elsewhere.
    const onceKey = `form ${context.place.conversationId} ${formId}`;
    return await create(context, { ...draft, subject: draft.subject ?? '' }, { onceKey });
  } catch (error) {
    const problem = context.explain(error);
    const options = await context.meetings.options(context.signal);
    return formAgainReply(data, { verb: 'new.save', options, reader: context.reader, problem });
  }
};

async function create(
  context: CommandContext,
  draft: MeetingDraft,
  { onceKey, startsAt, remind }: { onceKey: string; startsAt?: Date; remind?: string },
): Promise<Reply> {
  const by = { person: await context.people.speaker(), onceKey, guard: context.guard, startsAt };
  const meeting = await context.meetings.create(draft, by, context.signal);
  const notice = remind === undefined ? '' : await reminded(context, meeting, remind);
  return scheduledReply(context, meeting, { headline: texts(context.reader.locale).headline, notice });
}

/** @returns when the reminder comes, or why none does: the meeting is made all the same. */
async function reminded(context: CommandContext, meeting: Meeting, lead: string): Promise<string> {
  try {
    return await planReminder(context, { kind: 'scheduled', meeting }, { kind: 'before', lead });
  } catch (error) {
    if (!(error instanceof MeetingProblem)) throw error;
    return context.explain(error);
  }
}
