import { sql } from 'kysely';

import type { SeenPeopleStore, SeenPerson } from '../../meetings/seen-people';

import { TimedStore } from './timed-store';

/** People in the table `seen_people`. */
export class SqlSeenPeople extends TimedStore implements SeenPeopleStore {
  async find(personId: string): Promise<SeenPerson | undefined> {
    const row = await this.db
      .selectFrom('seen_people')
      .selectAll()
      .where('person_id', '=', personId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { zone, locale, channel_id: channelId, user_id: userId } = row;
    return {
      ...(zone === null ? {} : { zone }),
      ...(locale === null ? {} : { locale }),
      ...(channelId === null ? {} : { channelId }),
      ...(userId === null ? {} : { userId }),
    };
  }

  async save(personId: string, { zone, locale, channelId, userId }: SeenPerson): Promise<void> {
    const seen = { zone: zone ?? null, locale: locale ?? null, channel_id: channelId ?? null, user_id: userId ?? null };
    await this.db
      .insertInto('seen_people')
      .values({ person_id: personId, ...seen, seen_at: this.databaseNow() })
      .onConflict((conflict) =>
        conflict.column('person_id').doUpdateSet({
          zone: sql`coalesce(excluded.zone, seen_people.zone)`,
          locale: sql`coalesce(excluded.locale, seen_people.locale)`,
          channel_id: sql`coalesce(excluded.channel_id, seen_people.channel_id)`,
          user_id: sql`coalesce(excluded.user_id, seen_people.user_id)`,
          seen_at: sql`excluded.seen_at`,
        }),
      )
      .execute();
  }

  /** @returns how many people were not seen for so long. */
  async forgetUnseen(forMs: number): Promise<number> {
    const before = sql<number>`${this.databaseNow()} - ${sql.lit(forMs)}`;
    const gone = await this.db.deleteFrom('seen_people').where('seen_at', '<', before).returning('person_id').execute();
    return gone.length;
  }
}
