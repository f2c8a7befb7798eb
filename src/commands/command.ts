import type { Card, CardJson } from '../cards';
import type { MeetingService } from '../meetings/meeting-service';
import type { MeetingState, Person, Posting, Viewpoint } from '../meetings/ports';
import type { CreationGuard } from '../shared/creation-guard';
import type { Logger } from '../shared/logger';

/** How the person who asked reads: IANA zone and BCP 47 locale. */
export interface Reader {
  readonly zone: string;
  readonly locale: string;
}

/** Where something was said. */
export interface Place {
  readonly kind: 'personal' | 'groupChat' | 'channel';
  /** In a channel this is the thread. */
  readonly conversationId: string;
}

/** Somebody mentioned with @ in the message. */
export interface Mention {
  /** As the chat calls them. */
  readonly id: string;
  /** As it stands in the words. */
  readonly name: string;
  /** The directory's object id, where the message has it. */
  readonly objectId: string | undefined;
}

/** Who people are, as far as the chat service tells within a few seconds. */
export interface People {
  /** Whoever speaks, with their address where it is known. @throws MeetingProblem `signIn.guest`. */
  speaker(): Promise<Person>;
  /** Somebody mentioned. */
  mentioned(mention: Mention): Promise<Person | undefined>;
  /** A member of the conversation, by address or by what the chat or the directory calls them. */
  member(key: string): Promise<Person | undefined>;
}

/** What a command may see of the turn. Deliberately free of Bot Framework types. */
export interface CommandContext {
  readonly person: Person;
  readonly reader: Reader;
  readonly place: Place;
  readonly viewpoint: Viewpoint;
  /** Where whoever speaks is told something about a meeting later, given the cards of that meeting. */
  readonly tellAt: (cards: readonly Posting[]) => { readonly conversationId: string; readonly address: unknown };
  /** People mentioned in the message, besides Confer. */
  readonly mentions: readonly Mention[];
  readonly people: People;
  /** Activities this message answers: a quoted message, the thread's first one. */
  readonly repliesTo: readonly string[];
  /** Identity of this message or click; the same for a second delivery of it. */
  readonly onceKey: string;
  /** Keeps what this makes from being made twice. */
  readonly guard: CreationGuard;
  readonly meetings: MeetingService;
  /** Every command, for help and suggestions. */
  readonly commands: readonly CommandSummary[];
  /** Runs another command as if the person had typed it. */
  readonly runCommand: (name: string, args: string) => Promise<Reply>;
  /** Words of a problem, in the person's language. */
  readonly explain: (error: unknown) => string;
  readonly now: () => Date;
  readonly log: Logger;
  /** Aborts when the turn's time is up or the process stops. */
  readonly signal: AbortSignal;
}

/** Data of a pressed button or sent form: whatever came, not yet looked at. */
export type ActionData = Readonly<Record<string, unknown>>;

/** What a command wants said. The bot turns it into activities. */
export type Reply = TextReply | CardReply;

/** Plain words. */
export interface TextReply {
  readonly kind: 'text';
  readonly text: string;
}

/** A card not yet rendered, so that tests can look at the view. */
export interface CardReply {
  readonly kind: 'card';
  readonly cardName: string;
  readonly view: object;
  /** Shown where cards cannot be, e.g. in a notification. */
  readonly summary: string;
  readonly render: (locale: string) => CardJson;
  /** The meeting this card shows: the bot remembers where it was posted. */
  readonly shows?: string;
  /** The new state of a meeting, which its other cards should show, too. */
  readonly changed?: { readonly meetingId: string; readonly state: MeetingState };
  /** The answer to a click comes as a message of its own; the clicked card stays. */
  readonly asNewMessage?: boolean;
  /** A passing view for the one who clicked, e.g. a form: other people's card stays. */
  readonly passing?: boolean;
}

/** Handler of a button. */
export type Action = (context: CommandContext, data: ActionData) => Promise<Reply>;

/** What help and the Teams command menu say about a command. */
export interface CommandSummary {
  /** Word typed after the mention; equals the folder's name. */
  readonly name: string;
  /** Other words for it, as typed. */
  readonly aliases: readonly string[];
  /** An example, as typed. */
  readonly usage: string;
  /** Shown in help and in the Teams command menu. */
  readonly description: string;
}

/** One chat command. Its folder holds everything it needs. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Aliases that mean a part of the command: the words each stands for. */
  readonly shortcuts?: Readonly<Record<string, string>>;
  readonly summary: (locale: string) => { readonly usage: string; readonly description: string };
  /** Places in whose Teams command menu it is listed. */
  readonly menus: readonly ('personal' | 'team' | 'groupChat')[];
  /**
   * What of it leaves a mark outside the chat. That is written down before it is begun, so that it happens once and is
   * answered once, whatever ends meanwhile; anything else is answered at once, and forgotten with its process.
   */
  readonly lasting?: {
    /** Whether what was typed behind the command's word is. */
    readonly words?: (args: string) => boolean;
    /**
     * Verbs that are. `once`: the same data from the same card is the same wish, whoever presses how often; `each`: every
     * click is a wish of its own.
     */
    readonly verbs?: Readonly<Record<string, 'once' | 'each'>>;
    /** It is about now: in ten minutes it makes no sense any more. */
    readonly isForNow?: boolean;
  };
  /** @param args - what was typed after the command's word. */
  readonly run: (context: CommandContext, args: string) => Promise<Reply>;
  /** Handlers of the buttons on this command's cards, keyed by verb: `<name>.<action>`. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** Answers with words. */
export function text(words: string): TextReply {
  return { kind: 'text', text: words };
}

/** Answers with `card` showing `view`. */
export function card<View extends object>(
  template: Card<View>,
  view: View,
  more: { summary: string } & Partial<Pick<CardReply, 'shows' | 'changed' | 'asNewMessage' | 'passing'>>,
): CardReply {
  return { kind: 'card', cardName: template.name, view, render: (locale) => template.render(view, locale), ...more };
}

/** Reads a text field of card data; undefined when it is not a text. */
export function textField(data: ActionData, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}
