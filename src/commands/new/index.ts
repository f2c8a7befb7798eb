import type { MeetingDraft } from '../../meetings/meeting';
import { defineTexts } from '../../shared/texts';
import { type Action, type Command, type CommandContext, type Reply, textField } from '../command';
import { formAgainReply, formReply, readForm, sentForm } from '../meeting-form';
import { meetingReply } from '../meeting-replies';

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
    const draft = parseNewArgs(args, context.reader.zone);
    return draft.subject === '' ? showForm(context, draft) : create(context, draft, context.onceKey);
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
    return await create(context, { ...draft, subject: draft.subject ?? '' }, onceKey);
  } catch (error) {
    const problem = context.explain(error);
    const options = await context.meetings.options(context.signal);
    return formAgainReply(data, { verb: 'new.save', options, reader: context.reader, problem });
  }
};

async function create(context: CommandContext, draft: MeetingDraft, onceKey: string): Promise<Reply> {
  const by = { person: await context.people.speaker(), onceKey, guard: context.guard };
  const meeting = await context.meetings.create(draft, by, context.signal);
  return meetingReply(context, meeting, texts(context.reader.locale).headline);
}
