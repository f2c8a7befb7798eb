import { didYouMeanCard, helpCard, plainLine } from '../../cards';
import { defineTexts } from '../../shared/texts';
import { card, type Command, type CommandContext, type Reply, textField } from '../command';

import { suggest } from './suggest';

/** A button runs what was typed, whole or not at all; a card holds it twice for every button. */
const MAX_ARGS_LENGTH = 1500;

const texts = defineTexts({
  en: {
    usage: 'help',
    description: 'Show what I can do',
    title: 'This is what I can do',
    welcomeTitle: 'Hello, I am Confer',
    introduction:
      'I make Skype for Business meetings: say a word, and I post a card with the join link right here in the chat.',
    hintPersonal: 'Try it: say "start Budget review".',
    hintGroup: 'Mention me first here, for example "@Confer start Budget review".',
    hintChannel: 'Mention me first here, for example "@Confer start Budget review". I answer in the same thread.',
    fallback: 'Say "start Budget review", "new", "list", "join …", "edit …", "cancel …" or "help".',
    didYouMean: (command: string) => `Did you mean "${command}"?`,
    oneOfThese: 'Did you mean one of these?',
    notUnderstood: 'I did not understand that. Did you mean one of these?',
    noWords: 'How can I help? Try one of these.',
  },
});

/** `help`, `hi`, `hello`: what Confer can do. Also answers what is no command at all. */
export const helpCommand: Command = {
  name: 'help',
  aliases: ['hi', 'hello', '?', 'commands'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: { verbs: { 'help.run': 'each' }, isForNow: true },
  run: async (context) => Promise.resolve(helpReply(context, texts(context.reader.locale).title)),
  actions: {
    'help.run': async (context, data) => {
      const reply = await context.runCommand(textField(data, 'command') ?? 'help', textField(data, 'args') ?? '');
      return reply.kind === 'card' ? { ...reply, asNewMessage: true } : reply;
    },
  },
};

/** What Confer says when it is added to a chat or a team. */
export function welcomeReply(context: HelpContext): Reply {
  return helpReply(context, texts(context.reader.locale).welcomeTitle);
}

/** What Confer says to words that are no command: it asks, and does nothing. */
export function didYouMeanReply(context: HelpContext, typed: string): Reply {
  const words = texts(context.reader.locale);
  const near = suggest(typed, context.commands).filter(({ args }) => args.length <= MAX_ARGS_LENGTH);
  const commands = near.length > 0 ? near : ['start', 'list', 'help'].map((command) => ({ command, args: '' }));
  const suggestions = commands
    .filter(({ command }) => command !== 'help')
    .map(({ command, args }) => ({
      title: plainLine(`${command} ${args}`, 60),
      command,
      args,
    }));
  const [only] = near;
  const single = near.length === 1 && only !== undefined ? words.didYouMean(suggestions[0]?.title ?? only.command) : '';
  const title = titleFor({ typed, near: near.length, single }, words);
  return card(didYouMeanCard, { title, suggestions, fallbackText: title }, { summary: title });
}

/** The part of a turn that help needs; the welcome has no more. */
export type HelpContext = Pick<CommandContext, 'reader' | 'place' | 'commands'>;

function titleFor(found: { typed: string; near: number; single: string }, words: ReturnType<typeof texts>): string {
  if (found.typed.trim() === '') return words.noWords;
  if (found.single !== '') return found.single;
  return found.near > 0 ? words.oneOfThese : words.notUnderstood;
}

function helpReply(context: HelpContext, title: string): Reply {
  const words = texts(context.reader.locale);
  const view = {
    title,
    introduction: words.introduction,
    commands: context.commands.map(({ usage, description }) => ({ usage, description })),
    hint: { personal: words.hintPersonal, groupChat: words.hintGroup, channel: words.hintChannel }[context.place.kind],
    fallbackText: `${title}. ${words.fallback}`,
  };
  return card(helpCard, view, { summary: view.fallbackText });
}
