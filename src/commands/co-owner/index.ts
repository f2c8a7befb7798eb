import { plainLine } from '../../cards';
import { MeetingProblem } from '../../meetings/errors';
import { defineTexts } from '../../shared/texts';
import { type Command, type CommandContext, type Reply, textField } from '../command';
import { idOfFound, meetingIdOf, withMeeting } from '../find';
import { ownersReply } from '../meeting-replies';
import { findPerson, personAtEnd, personKey, type WithPerson } from '../person';

const texts = defineTexts({
  en: {
    usage: 'co-owner #1 add @Lukas',
    description: 'Let somebody change a meeting with you, or no longer: add or remove',
    choose: 'This one',
    headline: 'The co-owners of this meeting have changed',
    mayChange: (name: string) => `${name} can change and cancel this meeting.`,
    mayNotChange: (name: string) => `${name} is no co-owner of this meeting any more.`,
  },
});

type Change = 'add' | 'remove';

/** `co-owner [ref] add|remove <person>`: who else may change and cancel a meeting. */
export const coOwnerCommand: Command = {
  name: 'co-owner',
  aliases: ['coowner', 'share'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['team', 'groupChat'],
  lasting: { words: () => true, verbs: { 'co-owner.choose': 'each' } },
  run: async (context, args) => {
    const { before, who } = personAtEnd(args, context.mentions);
    const [, ref = '', typed = ''] = /^(?:([\s\S]*)\s)?(add|remove)$/iu.exec(before) ?? [];
    const change = toChange(typed.toLowerCase());
    if (change === undefined) throw new MeetingProblem('input.personMissing');
    return withMeeting(context, ref, {
      verb: 'co-owner.choose',
      chooseTitle: texts(context.reader.locale).choose,
      hidden: { person: personKey(who), change },
      withFound: async (found) => share(context, idOfFound(found), { who, change }),
    });
  },
  actions: {
    'co-owner.choose': async (context, data) => {
      const who = textField(data, 'person') ?? '';
      const change = toChange(textField(data, 'change'));
      if (who === '' || change === undefined) throw new MeetingProblem('input.cardTooOld');
      return share(context, meetingIdOf(data), { who, change });
    },
  },
};

async function share(
  context: CommandContext,
  meetingId: string,
  { who, change }: { who: WithPerson['who']; change: Change },
): Promise<Reply> {
  const words = texts(context.reader.locale);
  const person = await findPerson(context, who);
  const by = await context.people.speaker();
  const found = await context.meetings.share(meetingId, { by, person, change }, context.signal);
  const name = plainLine(person.name, 80);
  const notice = change === 'add' ? words.mayChange(name) : words.mayNotChange(name);
  return ownersReply(context, found, { headline: words.headline, notice });
}

function toChange(typed: string | undefined): Change | undefined {
  return typed === 'add' || typed === 'remove' ? typed : undefined;
}
