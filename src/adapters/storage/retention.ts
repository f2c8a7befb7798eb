import type { Database } from './database';
import { SqlConversationStore } from './sql-conversation-store';
import { SqlOperationStore } from './sql-operation-store';
import { SqlPaces } from './sql-paces';
import { SqlParking } from './sql-parking';
import { SqlPostStore } from './sql-post-store';
import { SqlQuotas } from './sql-quotas';
import { SqlSeatStore } from './sql-seat-store';
import { SqlSeenPeople } from './sql-seen-people';

/** How long things are kept after they are over. */
export const retention = {
  /** Meetings, their cards and reminders, and what people meant by `last` and `#2`. */
  meetingsMs: 30 * 24 * 60 * 60 * 1000,
  /** Operations, taken activities, and where Confer has waited: far longer than anything delivers a message again. */
  operationsMs: 7 * 24 * 60 * 60 * 1000,
  /** How people read, and what the chat calls them, since they were last seen. */
  seenMs: 30 * 24 * 60 * 60 * 1000,
  /** Conversations nobody wrote in and that show no meeting, lines that were said, and cards that could not be shown. */
  postsMs: 30 * 24 * 60 * 60 * 1000,
  /** What a change did: it is told at once, or never. */
  changesMs: 24 * 60 * 60 * 1000,
} as const;

/** How many rows were forgotten. */
export interface Forgotten {
  readonly meetings: number;
  readonly operations: number;
}

/**
 * Forgets what has been over for long enough. A meeting is over when it was cancelled or when its end has passed; one
 * whose end is not known counts from the day it was recorded.
 */
export async function forgetWhatIsOver(database: Database, now: Date): Promise<Forgotten> {
  const before = new Date(now.getTime() - retention.meetingsMs).toISOString();
  const meetings = await database.db.transaction().execute(async (transaction) => {
    const over = await transaction
      .deleteFrom('meetings')
      .where((eb) => eb.fn.coalesce('cancelled_at', 'expires_at', 'recorded_at'), '<', before)
      .returning('id')
      .execute();
    const known = transaction.selectFrom('meetings').select('id');
    await transaction
      .deleteFrom('cards')
      .where('posted_at', '<', before)
      .where('meeting_id', 'not in', known)
      .execute();
    const told = new Date(now.getTime() - retention.changesMs).toISOString();
    await transaction.deleteFrom('changes').where('noted_at', '<', told).execute();
    await transaction.deleteFrom('lists').where('saved_at', '<', before).execute();
    await transaction.deleteFrom('last_meetings').where('saved_at', '<', before).execute();
    await transaction
      .deleteFrom('reminders')
      .where('meeting_at', '<', now.getTime() - retention.meetingsMs)
      .execute();
    await transaction
      .deleteFrom('outcomes')
      .where('saved_at', '<', before)
      .where('key', 'not like', 'ucwa %')
      .where('key', 'not like', 'confer %')
      .execute();
    return over.length;
  });
  await new SqlPaces(database).forgetFree();
  await new SqlQuotas(database).forgetOver();
  await new SqlParking(database).forgetOver();
  await new SqlSeenPeople(database).forgetUnseen(retention.seenMs);
  await new SqlPostStore(database).forget(retention.postsMs);
  await new SqlConversationStore(database).forget(retention.postsMs);
  await new SqlSeatStore(database).forget(retention.operationsMs);
  return { meetings, operations: await new SqlOperationStore(database).forget(retention.operationsMs) };
}
