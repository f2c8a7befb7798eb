/** So many pings in a row only read. */
const READS_BETWEEN = 2;

/**
 * A ping that writes something once in a while: a database whose disk is full, or that has become the copy of another, still
 * answers questions. After a write that failed each ping writes, so that the database does not look well in between.
 */
export function writingPing<Answer>(how: {
  read: () => Promise<Answer>;
  write: () => Promise<unknown>;
}): () => Promise<Answer> {
  let reads = 0;
  return async () => {
    if (reads > 0) reads -= 1;
    else {
      await how.write();
      reads = READS_BETWEEN;
    }
    return how.read();
  };
}

/** What is written: always the same row, which says nothing. */
export const pulseRow = { key: 'confer pulse', outcome: '', saved_at: '' } as const;
