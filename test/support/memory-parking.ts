import { SqlParking } from '../../src/adapters/storage/sql-parking';
import type { ParkedRequest, Parking, ParkingPlace } from '../../src/journal/parking';

import { openMigratedInMemory } from './migrated-in-memory';

/** What waits for a sign-in, in a database in memory, which is made when it is first used. */
export class MemoryParking implements Parking {
  readonly #parking: Promise<SqlParking>;
  /** Makes everything fail, as without a database. */
  isAway = false;

  /** @param now - in place of the clock of the database. */
  constructor(now: () => Date) {
    this.#parking = openParking(() => now().getTime());
  }

  async park(place: ParkingPlace, parked: ParkedRequest): Promise<void> {
    await (await this.#there()).park(place, parked);
  }

  async cardPosted(place: ParkingPlace, card: { id: string; cardId: string }): Promise<boolean> {
    return (await this.#there()).cardPosted(place, card);
  }

  async take(place: ParkingPlace): Promise<ParkedRequest | undefined> {
    return (await this.#there()).take(place);
  }

  async ownCard(exchangeId: string, personId: string): Promise<void> {
    await (await this.#there()).ownCard(exchangeId, personId);
  }

  async ownerOf(exchangeId: string): Promise<string | undefined> {
    return (await this.#there()).ownerOf(exchangeId);
  }

  async forgetOver(): Promise<number> {
    return (await this.#there()).forgetOver();
  }

  async #there(): Promise<SqlParking> {
    if (this.isAway) throw new Error('the database is away');
    return this.#parking;
  }
}

async function openParking(clock: () => number): Promise<SqlParking> {
  const database = await openMigratedInMemory();
  return new SqlParking(database, clock);
}
