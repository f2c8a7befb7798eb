import { defineTexts } from '../../shared/texts';
import { type Action, type Command, type CommandContext, type Reply, text, textField } from '../command';
import { chooseReply, meetingReply, recordReply } from '../meeting-replies';

const texts = defineTexts({
  en: {
    usage: 'show #1',
    description: 'Show a meeting with its link, people and options',
    headline: 'Meeting',
    missing: 'That button does not name a meeting any more. Say "list" to see your meetings.',
  },
});

/** `show [ref]`: the card of a meeting, as it is on the server now. */
export const showCommand: Command = {
  name: 'show',
  aliases: ['info', 'details', 'link'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  run: async (context, args) => {
    const { viewpoint, repliesTo, place, signal } = context;
    const reference = { words: args, viewpoint, repliesTo, inThread: place.kind === 'channel' };
    const resolution = await context.meetings.find(reference, signal);
    if (resolution.kind === 'several') {
      return chooseReply(resolution.meetings, { verb: 'show.open', locale: context.reader.locale });
    }
    return detailsOf(context, resolution.found);
  },
  actions: {
    'show.open': async (context, data) => open(context, data),
    'show.post': async (context, data) => {
      const reply = await open(context, data);
      return reply.kind === 'card' ? { ...reply, asNewMessage: true } : reply;
    },
  },
};

const open: Action = async (context, data) => {
  const meetingId = textField(data, 'meetingId');
  if (meetingId === undefined) return text(texts(context.reader.locale).missing);
  return detailsOf(context, await context.meetings.byId(meetingId, context.signal));
};

async function detailsOf(
  context: CommandContext,
  found: Awaited<ReturnType<CommandContext['meetings']['byId']>>,
): Promise<Reply> {
  const { headline } = texts(context.reader.locale);
  if (found.kind === 'recorded') return recordReply(context, found.record, headline);
  return meetingReply(context, found.meeting, headline);
}
