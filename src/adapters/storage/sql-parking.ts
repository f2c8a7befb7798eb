import { sql } from 'kysely';

import type { ParkedRequest, Parking, ParkingPlace } from '../../journal/parking';

import { TimedStore } from './timed-store';

/** So long people have to sign in. */
const REQUEST_LIFE_MS = 600_000;

/** So long a Teams client may answer a sign-in card by itself. */
const CARD_LIFE_MS = 24 * 60 * 60_000;

/** What waits for a sign-in, in the tables `parked_turns` and `sign_in_cards`. */
export class SqlParking extends TimedStore implements Parking {
  async park({ personId, conversationId }: ParkingPlace, { id, request, cardId }: ParkedRequest): Promise<void> {
    const parked = {
      id,
      request: JSON.stringify(request),
      card_id: cardId ?? null,
      until: this.databaseIn(REQUEST_LIFE_MS),
    };
    await this.db
      .insertInto('parked_turns')
      .values({ person_id: personId, conversation_id: conversationId, ...parked })
      .onConflict((conflict) => conflict.columns(['person_id', 'conversation_id']).doUpdateSet(parked))
      .execute();
  }

  async cardPosted(place: ParkingPlace, { id, cardId }: { id: string; cardId: string }): Promise<boolean> {
    const row = await this.db
      .updateTable('parked_turns')
      .set({ card_id: cardId })
      .where('person_id', '=', place.personId)
      .where('conversation_id', '=', place.conversationId)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async take({ personId, conversationId }: ParkingPlace): Promise<ParkedRequest | undefined> {
    const row = await this.db
      .deleteFrom('parked_turns')
      .where('person_id', '=', personId)
      .where('conversation_id', '=', conversationId)
      .returning(['id', 'request', 'card_id'])
      .returning(sql<number>`case when until > ${this.databaseIn(0)} then 1 else 0 end`.as('waits'))
      .executeTakeFirst();
    if (row === undefined || row.waits === 0) return undefined;
    return { id: row.id, request: JSON.parse(row.request) as unknown, cardId: row.card_id ?? undefined };
  }

  async ownCard(exchangeId: string, personId: string): Promise<void> {
    const owned = { person_id: personId, until: this.databaseIn(CARD_LIFE_MS) };
    await this.db
      .insertInto('sign_in_cards')
      .values({ exchange_id: exchangeId, ...owned })
      .onConflict((conflict) => conflict.column('exchange_id').doUpdateSet(owned))
      .execute();
  }

  async ownerOf(exchangeId: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('sign_in_cards')
      .select('person_id')
      .where('exchange_id', '=', exchangeId)
      .where('until', '>', this.databaseIn(0))
      .executeTakeFirst();
    return row?.person_id;
  }

  async forgetOver(): Promise<number> {
    await this.db.deleteFrom('sign_in_cards').where('until', '<=', this.databaseIn(0)).execute();
    const over = this.db.deleteFrom('parked_turns').where('until', '<=', this.databaseIn(0)).returning('id');
    return (await over.execute()).length;
  }
}
