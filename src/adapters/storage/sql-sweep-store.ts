import { type RawBuilder, sql } from 'kysely';

import type { PlannedSweep } from '../../journal/operation';
import type { Sweep, SweepStore } from '../../journal/sweep';

import type { Database } from './database';
import { TimedStore } from './timed-store';

/** Plans a sweep, once for an operation. @param now - by the clock of the database. */
export async function planSweep(
  db: Database['db'],
  operation: { readonly id: string; readonly personId: string },
  { marker, keep, afterMs, now }: PlannedSweep & { readonly now: RawBuilder<number> },
): Promise<void> {
  await db
    .insertInto('sweeps')
    .values({
      ...{ operation_id: operation.id, person_id: operation.personId, marker, kept_meeting_id: keep ?? null },
      ...{ planned_at: now, not_before: sql<number>`${now} + ${sql.lit(afterMs)}`, lease_until: 0, epoch: 0 },
    })
    .onConflict((conflict) => conflict.column('operation_id').doUpdateSet({ kept_meeting_id: keep ?? null }))
    .execute();
}

/** Sweeps in the table `sweeps`. Leases run by the clock of the database. */
export class SqlSweepStore extends TimedStore implements SweepStore {
  async claim(leaseMs: number): Promise<Sweep | undefined> {
    const now = this.databaseNow();
    const due = this.db
      .selectFrom('sweeps')
      .select('operation_id')
      .where('not_before', '<=', now)
      .where('lease_until', '<=', now)
      // As long as it is under way, any of what carries its marker may become the meeting people know of.
      .where('operation_id', 'not in', (eb) =>
        eb.selectFrom('operations').select('operations.id').where('operations.step', '=', 'accepted'),
      )
      .orderBy('not_before')
      .limit(1)
      .$if(this.engine === 'postgres', (query) => query.forUpdate().skipLocked());
    const row = await this.db
      .updateTable('sweeps')
      .set((eb) => ({
        lease_until: sql<number>`${now} + ${sql.lit(leaseMs)}`,
        epoch: eb('epoch', '+', 1),
        // A try after the one that planned this may have made the meeting.
        kept_meeting_id: eb.fn.coalesce(
          'sweeps.kept_meeting_id',
          eb.selectFrom('operations').select('meeting_id').whereRef('operations.id', '=', 'sweeps.operation_id'),
        ),
      }))
      .where('operation_id', '=', due)
      .returningAll()
      .returning(sql<number>`${now}`.as('now'))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      ...{ operationId: row.operation_id, personId: row.person_id, marker: row.marker, epoch: row.epoch },
      keep: row.kept_meeting_id ?? undefined,
      ageMs: row.now - row.planned_at,
    };
  }

  async putOff({ operationId, epoch }: Sweep, delayMs: number): Promise<void> {
    const now = this.databaseNow();
    await this.db
      .updateTable('sweeps')
      .set({ lease_until: 0, not_before: sql<number>`${now} + ${sql.lit(Math.round(delayMs))}` })
      .where('operation_id', '=', operationId)
      .where('epoch', '=', epoch)
      .execute();
  }

  async end({ operationId, epoch }: Sweep): Promise<void> {
    await this.db.deleteFrom('sweeps').where('operation_id', '=', operationId).where('epoch', '=', epoch).execute();
  }
}
