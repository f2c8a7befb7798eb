/** What people ask for in the storm. */
export const wishKinds = ['typed', 'form', 'edit', 'cancel'] as const;

/** One thing somebody wants, and what they were told about it. */
export interface Wish {
  readonly kind: (typeof wishKinds)[number];
  /** Every wish has a conversation of its own. */
  readonly conversationId: string;
  /** Words that stand in the subject of its meeting and in no other. */
  readonly token: string;
  /** The subject its meeting has in the end. */
  readonly subject: string;
  /** The message or click that asks. */
  readonly activity: Readonly<Record<string, unknown>>;
  /** When somebody took it, in milliseconds since the epoch. */
  acknowledgedAt: number | undefined;
  /** What came back at once, and when: JSON of the answers to clicks. */
  readonly answers: { readonly text: string; readonly at: number }[];
}
