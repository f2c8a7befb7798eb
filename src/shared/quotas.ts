/** How often something may happen within a time, which begins with the first. */
export interface Quota {
  /** Whose; in the database it is seen by others, so it should be a digest. */
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Something that a message asks for: its second delivery is not counted. */
export interface CountedActivity {
  readonly conversationId: string;
  readonly activityId: string;
}

/** What a quota says. */
export interface QuotaAnswer {
  readonly isTaken: boolean;
  /** How often it refused in this time; 1 for the first of those who have to be told. */
  readonly refusals: number;
  /** Milliseconds until the next time begins. */
  readonly restMs: number;
}

/** Counts what all processes do together, by the clock of the database. Rejects when the database does not answer. */
export interface Quotas {
  /**
   * Counts once more under each key, in one go, where there is room.
   *
   * @param activity - what is counted; nothing is when it was taken before.
   * @returns an answer for each quota, in their order; `known` when the activity was taken before.
   */
  take(quotas: readonly Quota[], activity?: CountedActivity): Promise<readonly QuotaAnswer[] | 'known'>;
  /** Forgets keys whose time is over. */
  forgetOver(): Promise<void>;
}
