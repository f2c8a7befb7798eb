/** What the chat tells of a person by the way: how they read, and what it calls them. */
export interface SeenPerson {
  /** IANA time zone. */
  readonly zone?: string | undefined;
  /** BCP 47. */
  readonly locale?: string | undefined;
  readonly channelId?: string | undefined;
  readonly userId?: string | undefined;
}

/** Remembers people for all processes. */
export interface SeenPeopleStore {
  find(personId: string): Promise<SeenPerson | undefined>;
  /** Writes down what is known now; what is not known any more stays as it was. */
  save(personId: string, seen: SeenPerson): Promise<void>;
}
