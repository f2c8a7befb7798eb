import { plainLine } from '../../cards';
import { MeetingProblem } from '../../meetings/errors';
import { defineTexts } from '../../shared/texts';
import { type Command, type CommandContext, type Reply, textField } from '../command';
import { idOfFound, meetingIdOf, withMeeting } from '../find';
import { ownersReply } from '../meeting-replies';
import { findPerson, personAtEnd, personKey, type WithPerson } from '../person';

const texts = defineTexts({
  en: {
    usage: 'transfer #1 to @Lukas',
    description: 'Give a meeting to somebody else, who then owns it',
    choose: 'Give this one',
    headline: 'This meeting has a new owner',
    owns: (name: string) => `${name} owns this meeting now: only they, co-owners and administrators can change it.`,
  },
});

/** `transfer [ref] to <person>`: the meeting belongs to somebody else; on the server its organizer stays. */
export const transferCommand: Command = {
  name: 'transfer',
  aliases: ['handover', 'give'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['team', 'groupChat'],
  lasting: { words: () => true, verbs: { 'transfer.choose': 'each' } },
  run: async (context, args) => {
    const { before, who } = personAtEnd(args, context.mentions);
    return withMeeting(context, before.replace(/(?:^|\s)to$/iu, ''), {
      verb: 'transfer.choose',
      chooseTitle: texts(context.reader.locale).choose,
      hidden: { person: personKey(who) },
      withFound: async (found) => transfer(context, idOfFound(found), who),
    });
  },
  actions: {
    'transfer.choose': async (context, data) => {
      const who = textField(data, 'person');
      if (who === undefined || who === '') throw new MeetingProblem('input.cardTooOld');
      return transfer(context, meetingIdOf(data), who);
    },
  },
};

async function transfer(context: CommandContext, meetingId: string, who: WithPerson['who']): Promise<Reply> {
  const words = texts(context.reader.locale);
  const to = await findPerson(context, who);
  const by = await context.people.speaker();
  const found = await context.meetings.transfer(meetingId, { to, by }, context.signal);
  return ownersReply(context, found, { headline: words.headline, notice: words.owns(plainLine(to.name, 80)) });
}
