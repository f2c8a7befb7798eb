import { defineTexts } from '../../shared/texts';
import type { Command } from '../command';
import { liveMeetingReply } from '../meeting-replies';

const texts = defineTexts({
  en: {
    usage: 'start Budget review',
    description: 'Start a meeting now and post its join link',
    headline: 'Your meeting is on: come in',
    defaultSubject: (name: string) => `Meeting with ${name}`,
  },
});

/** `start [subject]`: a meeting right now. Confer keeps it open until somebody else has come. */
export const startCommand: Command = {
  name: 'start',
  aliases: ['now', 'meet', 'meeting'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  run: async (context, args) => {
    const words = texts(context.reader.locale);
    const subject = args.trim() === '' ? words.defaultSubject(context.person.name) : unquote(args);
    const meeting = await context.meetings.start(subject, context.person, context.signal);
    return liveMeetingReply(context, meeting, { headline: words.headline });
  },
};

function unquote(args: string): string {
  return args
    .trim()
    .replace(/^"([^"]*)"$/su, '$1')
    .trim();
}
