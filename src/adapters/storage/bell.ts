/** What one process tells the others that share its database. It may be missed: everybody looks for themselves, too, only later. */
export type News =
  | { readonly kind: 'due' }
  | { readonly kind: 'answered'; readonly id: string }
  | { readonly kind: 'seat' }
  /** Something may have been missed. */
  | { readonly kind: 'anything' };

/** Tells other processes, and hears them. */
export interface Bell {
  /** Never fails: who does not hear it looks a little later. */
  ring(news: News): void;
  /** @returns to be called when nobody wants to hear any more. */
  listen(listener: (news: News) => void): () => void;
}
