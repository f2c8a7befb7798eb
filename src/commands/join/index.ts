import { defineTexts } from '../../shared/texts';
import type { Command, CommandContext, Reply } from '../command';
import { meetingIdOf, referenceOf } from '../find';
import { chooseReply, liveMeetingReply } from '../meeting-replies';

const texts = defineTexts({
  en: {
    usage: 'join https://meet.contoso.com/anna/K7Q2XW5T',
    description: 'Look into a meeting and post its join link',
    headline: 'This meeting is open: come in',
    inLobby: 'The meeting has a lobby; somebody inside has to let you in.',
    choose: 'Join this one',
  },
});

/** `join <ref | join URL | conference URI | conference ID | meeting ID>`: goes in, looks around, posts the card, leaves. */
export const joinCommand: Command = {
  name: 'join',
  aliases: ['open'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  lasting: { words: () => true, verbs: { 'join.choose': 'each' }, isForNow: true },
  run: async (context, args) => join(context, args),
  actions: {
    'join.choose': async (context, data) => join(context, `"${meetingIdOf(data)}"`),
  },
};

async function join(context: CommandContext, words: string): Promise<Reply> {
  const { reader, signal } = context;
  const joined = await context.meetings.join(referenceOf(context, words), signal);
  const sentences = texts(reader.locale);
  if (joined.kind === 'several') {
    const shown = { verb: 'join.choose', locale: reader.locale, chooseTitle: sentences.choose };
    return chooseReply(joined.meetings, shown);
  }
  const notice = joined.inLobby ? sentences.inLobby : '';
  return liveMeetingReply(context, joined.meeting, { headline: sentences.headline, notice });
}
