/** Where something was asked for: what waits there is the newest of this person. */
export interface ParkingPlace {
  readonly personId: string;
  readonly conversationId: string;
}

/** Something that goes on as soon as its person has signed in. */
export interface ParkedRequest {
  /** Tells it from what is parked in the same place later. */
  readonly id: string;
  /** As JSON. */
  readonly request: unknown;
  /** The sign-in card, once it is posted. */
  readonly cardId?: string | undefined;
}

/**
 * Keeps what waits for a sign-in, for all processes: whichever of them gets the sign-in goes on. Times are those of the
 * database. Every promise resolves when the fact is durable.
 */
export interface Parking {
  /** Puts a request aside for ten minutes, in place of the one that was there. */
  park(place: ParkingPlace, parked: ParkedRequest): Promise<void>;
  /** Remembers the card of a request. @returns false when the request waits no more, so that nobody needs the card. */
  cardPosted(place: ParkingPlace, card: { readonly id: string; readonly cardId: string }): Promise<boolean>;
  /** Gives a request out once, to whoever asks first, and forgets it; undefined when there is none, or its time is over. */
  take(place: ParkingPlace): Promise<ParkedRequest | undefined>;
  /** Remembers for a day for whom a sign-in card is. @param exchangeId - what a chat client sends back with a token. */
  ownCard(exchangeId: string, personId: string): Promise<void>;
  ownerOf(exchangeId: string): Promise<string | undefined>;
  /** Forgets what waited too long. @returns how many requests. */
  forgetOver(): Promise<number>;
}
