import type { Found } from '../../meetings/finder';
import { defineTexts } from '../../shared/texts';
import type { Action, Command, CommandContext, Reply } from '../command';
import { meetingIdOf, withMeeting } from '../find';
import { meetingReply, recordReply } from '../meeting-replies';

const texts = defineTexts({
  en: {
    usage: 'show #1',
    description: 'Show a meeting with its link, people and options',
    headline: 'Meeting',
  },
});

/** `show [ref]`: the card of a meeting, as it is on the server now. */
export const showCommand: Command = {
  name: 'show',
  aliases: ['info', 'details', 'link'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  run: async (context, args) =>
    withMeeting(context, args, { verb: 'show.open', withFound: async (found) => detailsOf(context, found) }),
  actions: {
    'show.open': async (context, data) => open(context, data),
    'show.post': async (context, data) => {
      const reply = await open(context, data);
      return reply.kind === 'card' ? { ...reply, asNewMessage: true } : reply;
    },
  },
};

const open: Action = async (context, data) =>
  detailsOf(context, await context.meetings.byId(meetingIdOf(data), context.signal));

async function detailsOf(context: CommandContext, found: Found): Promise<Reply> {
  const { headline } = texts(context.reader.locale);
  if (found.kind === 'recorded') return recordReply(context, found.record, headline);
  return meetingReply(context, found.meeting, headline);
}
