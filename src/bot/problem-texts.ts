import { plainLine } from '../cards';
import { settingWords, valueWords } from '../commands';
import type { ProblemCode, ProblemFacts } from '../meetings/errors';
import { LIMITED_SETTINGS } from '../meetings/settings-rules';
import { defineTexts } from '../shared/texts';

/** What went wrong and what to do next, in words of the person. */
export interface ProblemWords {
  readonly what: string;
  readonly next: string;
}

type Sentence = (facts: ProblemFacts) => ProblemWords;

const fact = (facts: ProblemFacts, name: string): string => plainLine(String(facts[name] ?? ''), 160);

/** Whose account the server judged. */
const account = (facts: ProblemFacts): string => (facts.account === 'own' ? 'your account' : 'the account I work with');

const capital = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;

/** A sentence without facts. */
const say =
  (what: string, next: string): Sentence =>
  () => ({ what, next });

const LATER = 'Please try again in a few minutes. If it stays like this, give your administrator the reference.';
const ADMIN = 'Please give your administrator the reference.';
const LIST = 'Say "list" to see your meetings.';

/** Words for every problem. docs/errors.md has one row for each. */
export const problemTexts = defineTexts({
  en: {
    'input.messageTooLong': (facts) => ({
      what: `That message is too long for me: ${fact(facts, 'length')} characters, and I read up to ${fact(facts, 'limit')}.`,
      next: 'I have not done anything. Please send a shorter one.',
    }),
    'input.subjectMissing': say('A meeting needs a subject.', 'Please say in a few words what it is about.'),
    'input.subjectTooLong': (facts) => ({
      what: `The subject has ${fact(facts, 'length')} characters; ${fact(facts, 'limit')} fit.`,
      next: 'Please shorten it. The rest can go into the description.',
    }),
    'input.descriptionTooLong': (facts) => ({
      what: `The description has ${fact(facts, 'length')} characters; ${fact(facts, 'limit')} fit.`,
      next: 'Please shorten it.',
    }),
    'input.badAddress': (facts) => ({
      what: `"${fact(facts, 'address')}" is not an address I can invite.`,
      next: 'Addresses look like anna@contoso.com, with commas between them.',
    }),
    'input.tooManyPeople': (facts) => ({
      what: `Those are ${fact(facts, 'count')} people; I can invite up to ${fact(facts, 'limit')}.`,
      next: 'Please invite fewer and send the others the join link.',
    }),
    'input.badDate': (facts) => ({
      what: `I cannot read "${fact(facts, 'typed')}" as a date and time.`,
      next: 'Please write it like 2026-12-24T18:00.',
    }),
    'input.expiryOutOfRange': say(
      'A meeting can stay open until a moment in the future, at most ten years from now.',
      'Please choose another date.',
    ),
    'input.expiryMissing': say(
      'The end of a meeting needs a date.',
      'Please choose the day until which it stays open.',
    ),
    'input.startOutOfRange': say(
      'A meeting can start at a moment that is still to come, before it closes.',
      'Please write it like start=2026-12-24T18:00.',
    ),
    'input.badLead': (facts) => ({
      what: `I cannot read "${fact(facts, 'typed')}" as a time before a meeting.`,
      next: 'I count back from the meeting, up to 60 days. Please write it like 10m, 1h 30m or 1d.',
    }),
    'input.badOptionValue': (facts) => ({
      what: `"${fact(facts, 'value')}" does not fit the option "${fact(facts, 'option')}".`,
      next: `It can be: ${fact(facts, 'allowed')}.`,
    }),
    'input.cardTooOld': say('That card is from an older version, and its buttons no longer work.', LIST),
    'input.personMissing': say(
      'I do not see whom you mean.',
      'Please mention the person with @, or write their address: transfer #1 to lukas@contoso.com.',
    ),
    'input.personUnknown': say(
      'I cannot find that person in this conversation.',
      'Please do it where they are a member, and mention them with @.',
    ),
    'meeting.notFound': (facts) => ({
      what:
        fact(facts, 'words') === ''
          ? 'There are no meetings yet.'
          : `I cannot find a meeting for "${fact(facts, 'words')}".`,
      next: fact(facts, 'words') === '' ? 'Say "new" to plan one, or "start" for one right now.' : LIST,
    }),
    'meeting.gone': say(
      'That meeting no longer exists. It may have been cancelled, or its time was over.',
      `${LIST.slice(0, -1)}, or "new" to plan another.`,
    ),
    'meeting.cancelled': (facts) => ({
      what: `"${fact(facts, 'subject')}" has been cancelled.`,
      next: 'Say "new" to plan another one.',
    }),
    'meeting.notOurs': (facts) => ({
      what: `"${fact(facts, 'subject')}" is not a scheduled meeting of mine, so I cannot change or cancel it.`,
      next: 'Its join link still works. Say "new" to plan a meeting that can be edited.',
    }),
    'meeting.notYours': say(
      'I do not find that meeting in your account: it is in the account of somebody else, or no longer exists.',
      'You can join it by its link. To change or cancel it, please ask whoever made it.',
    ),
    'meeting.notOwner': (facts) => {
      const [owner, coOwners] = [fact(facts, 'owner'), fact(facts, 'coOwners')];
      if (owner === '') {
        return {
          what: 'I do not know whose meeting that is, so only an administrator of Confer may change it. Nothing was changed.',
          next: 'Please ask your administrator.',
        };
      }
      return {
        what: `That meeting belongs to ${owner}. Nothing was changed.`,
        next: `Please ask ${owner}${coOwners === '' ? '' : `, or a co-owner: ${coOwners}`}.`,
      };
    },
    'meeting.ownerIsOrganizer': say(
      'Here everybody organizes their own meetings on the server, and an organizer cannot change.',
      'You can make somebody a presenter: say "edit".',
    ),
    'meeting.personalRoom': say(
      'That is a personal room: it belongs to the account and cannot be cancelled.',
      'You can edit who comes straight in, or simply not share its link.',
    ),
    'meeting.noTime': say(
      'I know neither when that meeting starts nor when it ends, so there is nothing to count down to.',
      'Please give it a start: say for example "edit #1 start=2026-12-24T18:00", and then "remind #1 10m".',
    ),
    'meeting.begun': (facts) => ({
      what: facts.to === 'end' ? 'That meeting is over already.' : 'That meeting has begun already.',
      next: 'To be reminded of another one, say for example "remind #2 10m".',
    }),
    'meeting.tooSoon': (facts) => ({
      what: `That meeting ${facts.to === 'end' ? 'closes' : 'starts'} in ${fact(facts, 'minutes')} min, so that moment is past.`,
      next: `Please choose a shorter time, or say "remind 0m" to hear from me the moment it ${facts.to === 'end' ? 'closes' : 'starts'}.`,
    }),
    'meeting.keepsChanging': say(
      'Somebody else keeps changing this meeting at the same time. Nothing of yours is saved.',
      'Please wait a moment and save again.',
    ),
    'meeting.tooMany': say(
      'The organizing account has as many meetings as your server allows.',
      'Say "list" and cancel those nobody needs any more.',
    ),
    'meeting.optionNotAllowed': (facts) => {
      const setting = LIMITED_SETTINGS.find((name) => name === facts.setting);
      const inWords = (value: string): string => (setting === undefined ? value : valueWords(setting, value, 'en'));
      const about = setting === undefined ? '' : `${settingWords('en').names[setting]}: `;
      return {
        what: `Your organization does not allow that choice (${about}${inWords(fact(facts, 'value'))}).`,
        next: `Allowed here: ${fact(facts, 'allowed').split(',').map(inWords).join('; ')}.`,
      };
    },
    'join.unknownHost': (facts) => ({
      what: `I do not know the meeting address "${fact(facts, 'host')}", so I did not open it.`,
      next: 'I can join links of your own Skype for Business server. Your administrator can allow more.',
    }),
    'join.noAnswer': (facts) => ({
      what: `I cannot open that link: "${fact(facts, 'host')}" does not answer me.`,
      next: 'Please check the link, or try again in a few minutes.',
    }),
    'join.notAMeeting': say(
      'There is no meeting behind that.',
      'Please check the link, or say "list" to see your meetings.',
    ),
    'join.refused': say(
      'The meeting did not let me in.',
      'Ask its organizer to admit you; the join link itself may work.',
    ),
    'join.ended': say('That meeting is over.', 'Say "start" for a new one.'),
    'join.full': say('That meeting is full.', 'Please try again when somebody has left.'),
    'server.unreachable': say('I cannot reach the Skype for Business server.', LATER),
    'server.slow': say(
      'The Skype for Business server takes too long to answer, and I do not know how it ended.',
      'Say "list" to see what is there before you try again.',
    ),
    'server.certificate': say(
      'I cannot verify the certificate of the Skype for Business server, so I did not talk to it.',
      ADMIN,
    ),
    'server.notUcwa': say('Something other than the Skype for Business server answered me.', LATER),
    'server.busy': say('The Skype for Business server is busy and asked me to come back later.', LATER),
    'server.signInRefused': (facts) => ({
      what: `The Skype for Business server did not accept ${account(facts)}.`,
      next: ADMIN,
    }),
    'server.notEnabled': (facts) => ({
      what: `${capital(account(facts))} may not use online meetings on the Skype for Business server.`,
      next: ADMIN,
    }),
    'server.forbidden': (facts) => ({
      what: `The Skype for Business server does not allow that for ${account(facts)}.`,
      next: ADMIN,
    }),
    'server.rejected': (facts) => {
      const names: Readonly<Record<string, string>> = settingWords('en').names;
      const parts = fact(facts, 'parameters')
        .split(',')
        .map((name) => (Object.hasOwn(names, name) ? names[name] : name));
      const parameters = parts.filter((name) => name !== undefined && name !== '').join(', ');
      return {
        what: `The Skype for Business server did not accept ${parameters === '' ? 'one of the values' : `this: ${parameters}`}.`,
        next: 'Nothing was changed. Please check the values and try again.',
      };
    },
    'server.conflict': say(
      'The Skype for Business server says that this collides with something it already has.',
      LIST,
    ),
    'server.noBackupPool': say('The Skype for Business server is down, and no other one takes its place.', LATER),
    'server.sessionEnded': say('The Skype for Business server ended my session.', ADMIN),
    'server.tooManySessions': (facts) => ({
      what: `Too many Skype for Business sessions are open for ${account(facts)}.`,
      next: 'Please close some and try again in a quarter of an hour. If it stays like this, give your administrator the reference.',
    }),
    'server.failed': say('The Skype for Business server reported a failure.', LATER),
    'server.untrusted': say(
      'The Skype for Business server pointed me to an address that is not allowed, so I stopped.',
      ADMIN,
    ),
    'server.unknownOutcome': say(
      'The connection broke, and I could not find out whether it was done.',
      'Say "list" to see before you try again.',
    ),
    'server.notAvailable': (facts) => ({
      what: `Your Skype for Business server does not offer that to ${account(facts)}.`,
      next: ADMIN,
    }),
    'signIn.needed': say(
      'I need you to sign in first, so that I can act in your name.',
      'Please use the Sign in button, then say it again.',
    ),
    'signIn.consentNeeded': say(
      'Your organization has not agreed yet that I act in your name on the Skype for Business server.',
      'Please ask your administrator to grant that, with the reference.',
    ),
    'signIn.moreProof': say(
      'Your organization asks for more proof that it is you, and the sign-in here could not give it.',
      'Please sign out of Teams and in again with your second factor, then say it again. If it stays like this, give your administrator the reference.',
    ),
    'signIn.notSetUp': say('Signing in for the Skype for Business server is not set up completely.', ADMIN),
    'signIn.refused': say('Your organization does not let your account sign in for this.', ADMIN),
    'signIn.otherPerson': say(
      'That sign-in was with another account than yours in this chat, so I did not use it.',
      'Please sign in with the account you use in Teams.',
    ),
    'signIn.unknownPerson': say(
      'I cannot tell who you are in your organization, so I cannot act in your name.',
      'This works in Teams, with the account of your organization.',
    ),
    'signIn.guest': say(
      'You are a guest here, and I make and change meetings for people of the organization only.',
      'Please ask somebody of the organization. You can still join by link.',
    ),
    'signIn.unavailable': say('The sign-in service does not answer as it should.', LATER),
    'bot.full': say('I am busy for as many people as I can be at once.', 'Please try again in a few minutes.'),
    'bot.stopping': say(
      'I was just stopped, in the middle of this, and do not know how it ended.',
      'When I am back, say "list" to see what is there before you try again.',
    ),
    'bot.unavailable': say(
      'I cannot take requests right now, and have not started anything.',
      'Please try again in a few minutes.',
    ),
    'bot.unavailableOpen': say(
      'I cannot take requests right now, and do not know whether I noted this one.',
      'Please look here again in a few minutes, before you ask or press a button a second time.',
    ),
    'trying.over': (facts) => ({
      what: `Your Skype for Business server was not available until ${fact(facts, 'until')}, so I stopped trying. Nothing was changed.`,
      next: 'Please ask again when it is back.',
    }),
    'trying.stopped': say('I stopped trying, as you asked. Nothing was changed.', 'You can ask again at any time.'),
    'trying.stoppedOpen': say(
      'I stopped trying, as you asked. It may have been done before that.',
      'Say "list" to see what is there before you try again.',
    ),
    internal: say('That did not work, and it is not your fault.', LATER),
  } satisfies Record<ProblemCode, Sentence>,
});
