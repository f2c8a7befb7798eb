/** Somebody wants to be reminded of a meeting. A person has one reminder for a meeting at most. */
export interface Reminder {
  readonly id: string;
  readonly personId: string;
  /** Key of the meeting in the store of the account. */
  readonly meetingId: string;
  readonly conversationId: string;
  /** Conversation reference of the chat layer, with the person in it; opaque here. */
  readonly address: unknown;
  /** The days of `lead` are counted in this IANA zone. */
  readonly zone: string;
  /** ISO 8601 duration before {@link meetingAt}. */
  readonly lead: string;
  /** The start of the meeting, or its end where no start is known. */
  readonly countsTo: 'start' | 'end';
  readonly meetingAt: Date;
  readonly dueAt: Date;
  /** `said`: it is in the journal, which says it. `off`: the person wants none for this meeting. */
  readonly state: 'waiting' | 'said' | 'off';
  /** Rises with every new plan: what was due under an older one is not said any more. */
  readonly revision: number;
}

/** A reminder to be kept. */
export type NewReminder = Omit<Reminder, 'id' | 'revision'>;

/** What may change about a reminder. */
export type ReminderPlan = Partial<Pick<Reminder, 'countsTo' | 'meetingAt' | 'dueAt' | 'state'>>;

/** What somebody wants of all reminders. */
export interface ReminderWishes {
  /** ISO 8601 duration before each meeting of theirs; undefined: none unless asked for. */
  readonly lead: string | undefined;
  /** The zone in which its days are counted. */
  readonly zone: string | undefined;
  readonly isMuted: boolean;
}

/** Where reminders are kept. Implemented in src/adapters/storage; every promise resolves when the fact is durable. */
export interface ReminderStore {
  /** Keeps a reminder in the place of what the person had for this meeting. @returns it, with a new revision. */
  save(reminder: NewReminder): Promise<Reminder>;
  /** Keeps a reminder unless the person has one for this meeting, or wants none. */
  saveFirst(reminder: NewReminder): Promise<void>;
  /** Makes a new plan, provided that nobody made one since it was read. @returns the reminder now; undefined when somebody did. */
  plan(reminder: Pick<Reminder, 'id' | 'revision'>, plan: ReminderPlan): Promise<Reminder | undefined>;
  find(id: string): Promise<Reminder | undefined>;
  findOf(personId: string, meetingId: string): Promise<Reminder | undefined>;
  ofMeeting(meetingId: string): Promise<readonly Reminder[]>;
  /** Soonest first. */
  ofPerson(personId: string): Promise<readonly Reminder[]>;
  /** Forgets all reminders of a meeting. @returns how many. */
  forget(meetingId: string): Promise<number>;
  wishesOf(personId: string): Promise<ReminderWishes>;
  saveWishes(personId: string, wishes: Partial<ReminderWishes>): Promise<void>;
  /** Takes the reminder that has been due longest, and that nobody is about to say, for `leaseMs`. */
  claim(leaseMs: number): Promise<Reminder | undefined>;
  /** The journal has it: it is not due any more, unless there is a new plan. */
  said(reminder: Pick<Reminder, 'id' | 'revision'>): Promise<void>;
  /** Milliseconds until the next one is due; 0 when one is; undefined when there is none. */
  dueIn(): Promise<number | undefined>;
  /** What the clock of the database says: it decides what is due and what is too late. */
  now(): Promise<Date>;
}
