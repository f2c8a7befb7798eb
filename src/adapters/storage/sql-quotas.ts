import { type RawBuilder, sql } from 'kysely';

import type { CountedActivity, Quota, QuotaAnswer, Quotas } from '../../shared/quotas';

import { TimedStore } from './timed-store';

interface Row {
  readonly key: string;
  readonly refused: number;
  readonly rest_ms: number;
}

/**
 * Quotas in the table `quotas`. Each question is one statement: who asks at the same moment is counted one after the other, and
 * a row that refused nothing since it was last written is one that took.
 */
export class SqlQuotas extends TimedStore implements Quotas {
  async take(quotas: readonly Quota[], activity?: CountedActivity): Promise<readonly QuotaAnswer[] | 'known'> {
    if (quotas.length === 0) return [];
    const now = this.databaseNow();
    const latest = activity === undefined ? null : JSON.stringify([activity.conversationId, activity.activityId]);
    const rows = quotas.map(
      ({ key, most, windowMs }) =>
        sql`select cast(${key} as text) as key, ${sql.lit(most)} as most, ${sql.lit(windowMs)} as window_ms`,
    );
    const { rows: answers } = await sql<Row>`
      insert into quotas (key, most, window_ms, since, taken, refused, latest)
      select asked.key, asked.most, asked.window_ms, ${now}, 1, 0, cast(${latest} as text)
      from (${sql.join(rows, sql` union all `)}) as asked
      where ${notTaken(activity)}
      on conflict (key) do update set
        most = excluded.most,
        window_ms = excluded.window_ms,
        since = case when ${isOver} then excluded.since else quotas.since end,
        taken = case when ${isOver} then 1 when ${isAgain} then quotas.taken when ${hasRoom} then quotas.taken + 1 else quotas.taken end,
        refused = case when ${isOver} or ${isAgain} or ${hasRoom} then 0 else quotas.refused + 1 end,
        latest = case when ${isOver} or ${isAgain} or ${hasRoom} then excluded.latest else quotas.latest end
      returning key, refused, since + window_ms - ${now} as rest_ms
    `.execute(this.db);
    if (answers.length === 0) return 'known';
    const byKey = new Map(answers.map((answer) => [answer.key, answer]));
    return quotas.map(({ key }) => {
      const { refused = 0, rest_ms: restMs = 0 } = byKey.get(key) ?? {};
      return { isTaken: refused === 0, refusals: refused, restMs };
    });
  }

  async forgetOver(): Promise<void> {
    const now = this.databaseNow();
    await this.db
      .deleteFrom('quotas')
      .where(sql<number>`since + window_ms`, '<=', now)
      .execute();
  }
}

/** Also when the clock of the database went back so far that it would take longer than it may. */
const isOver = sql`(quotas.since + excluded.window_ms <= excluded.since or quotas.since > excluded.since + excluded.window_ms)`;
/** Two deliveries at the same moment are not in the inbox yet. */
const isAgain = sql`(quotas.latest is not null and quotas.latest = excluded.latest)`;
const hasRoom = sql`quotas.taken < excluded.most`;

function notTaken(activity: CountedActivity | undefined): RawBuilder<unknown> {
  if (activity === undefined) return sql`1 = 1`;
  const { conversationId, activityId } = activity;
  return sql`not exists (select 1 from inbox where conversation_id = ${conversationId} and activity_id = ${activityId})`;
}
