import { defineTexts } from '../../shared/texts';
import type { Command } from '../command';
import { liveMeetingReply, recordReply } from '../meeting-replies';

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
  lasting: { words: () => true, isForNow: true },
  run: async (context, args) => {
    const words = texts(context.reader.locale);
    const subject = args.trim() === '' ? words.defaultSubject(context.person.name) : unquote(args);
    const { onceKey, guard } = context;
    const by = { person: await context.people.speaker(), onceKey, guard };
    const started = await context.meetings.start(subject, by, context.signal);
    if (started.kind === 'recorded') return recordReply(context, started.record, words.headline);
    return liveMeetingReply(context, started.meeting, { headline: words.headline });
  },
};

/** On one line, without quotes around it. */
function unquote(args: string): string {
  const line = args.replace(/\s+/gu, ' ').trim();
  return line.replace(/^"([^"]*)"$/u, '$1').trim();
}
