/** A card somewhere that has to show the present state of its meeting. */
export interface CardWanted {
  readonly conversationId: string;
  readonly activityId: string;
  readonly meetingId: string;
  /** With whose account the meeting is read, where everybody has their own. */
  readonly personId: string;
  /** Conversation reference of the chat layer; opaque here. */
  readonly address: unknown;
}

/** A card whose update somebody has claimed. */
export interface CardUpdate extends CardWanted {
  /** Rises whenever the meeting changes: what was read before shows an older state. */
  readonly wanted: number;
  /** Updates that failed so far. */
  readonly attempts: number;
  /** Since when the card is behind, in milliseconds. */
  readonly ageMs: number;
  /** Rises with every claim; a write of an older one changes nothing. */
  readonly epoch: number;
}

/** Something to be said once, in a message of its own. */
export interface LineWanted {
  /** The same for the same thing said in the same place: it is taken once. */
  readonly id: string;
  readonly conversationId: string;
  /** Lines of one group that wait at the same time become one message. */
  readonly group: string;
  readonly address: unknown;
  /** JSON; what of it is said is decided when it is said. Forgotten afterwards. */
  readonly content: unknown;
}

/** A line that somebody has claimed. */
export interface Line extends LineWanted {
  readonly attempts: number;
  readonly epoch: number;
}

/** How a claimed piece of work is given back: to go on after `delayMs`. A try that only had to wait does not count. */
export interface PutOff {
  readonly delayMs: number;
  readonly counts: boolean;
}

/** Where it is kept what has to be shown and said. Every promise resolves when the fact is durable; times are the database's. */
export interface PostStore {
  /**
   * Takes what follows a change, all or nothing. A card that waits already is wanted in its newest state only; a line that is known is not said again.
   *
   * @param gatherMs - so long lines wait for others of their group.
   */
  want(wanted: {
    readonly cards: readonly CardWanted[];
    readonly lines: readonly LineWanted[];
    readonly gatherMs: number;
  }): Promise<void>;
  /** Takes cards that are due and that nobody works on, at most `most`, for `leaseMs`. */
  claimCards(holder: string, how: { readonly leaseMs: number; readonly most: number }): Promise<readonly CardUpdate[]>;
  /** Keeps a claimed card for another `leaseMs`. @returns it as it is wanted now; undefined when it is somebody else's. */
  keepCard(card: CardUpdate, leaseMs: number): Promise<CardUpdate | undefined>;
  /**
   * A card shows what was wanted when it was claimed. Another state that is wanted meanwhile is due at once.
   *
   * Whoever has lost the claim may have put an older state over a newer one: then the card is wanted once more.
   */
  cardShown(card: CardUpdate): Promise<void>;
  putOffCard(card: CardUpdate, how: PutOff): Promise<void>;
  /** Lets a card rest until its conversation is heard of again. */
  parkCard(card: CardUpdate): Promise<void>;
  dropCard(card: CardUpdate): Promise<void>;
  /** Takes the lines of one group that is due, for `leaseMs`. */
  claimLines(holder: string, leaseMs: number): Promise<readonly Line[]>;
  /** Writes down that claimed lines are about to be posted. @returns those that still may be. */
  aboutToSay(lines: readonly Line[]): Promise<readonly Line[]>;
  /** They were certainly not posted. */
  putOffLines(lines: readonly Line[], how: PutOff): Promise<void>;
  /** They were said, or never will be. */
  endLines(lines: readonly Line[]): Promise<void>;
  /** Milliseconds until something is due; 0 when it is; undefined when there is nothing. */
  dueIn(): Promise<number | undefined>;
  /** What waits, without cards that rest. */
  waiting(): Promise<{ readonly cards: number; readonly lines: number }>;
}

/** A conversation that wrote to Confer. */
export interface SeenConversation {
  readonly conversationId: string;
  /** Whose personal chat it is. */
  readonly personId: string | undefined;
  readonly teamId: string | undefined;
  readonly serviceUrl: string;
  /** Conversation reference of the chat layer; opaque here. */
  readonly address: unknown;
}

/** What is known of a conversation. */
export interface KnownConversation {
  readonly conversationId: string;
  /** Undefined when Confer was removed from there. */
  readonly address: unknown;
  readonly serviceUrl: string | undefined;
  /** Why nothing can be said there until somebody writes again; undefined while something can. */
  readonly deadBecause: string | undefined;
}

/** Where it is kept where Confer can speak. */
export interface ConversationStore {
  /** Somebody wrote there: its address is this one, and it is alive. Cards that rested there are due. */
  seen(conversation: SeenConversation): Promise<void>;
  find(conversationId: string): Promise<KnownConversation | undefined>;
  /** Nothing can be said there any more. */
  died(conversationId: string, reason: string): Promise<void>;
  /** Confer was added to a team: all of its conversations are alive. */
  joined(teamId: string): Promise<void>;
  /** Confer was removed from a conversation, or from all conversations of a team: their addresses are forgotten. */
  left(where: { readonly conversationId: string; readonly teamId: string | undefined }): Promise<void>;
  /** The living personal chat of somebody. */
  personalChatOf(personId: string): Promise<KnownConversation | undefined>;
}
