import { migrate } from '../../src/adapters/storage/migrate';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { openInMemory } from '../../src/adapters/storage/sqlite';
import type { NewOperation, Operation, OperationChanges } from '../../src/journal/operation';
import type { OperationStore } from '../../src/journal/ports';

/** The journal on a database in memory, which is made when it is first used. */
export class MemoryJournal implements OperationStore {
  readonly #store: Promise<SqlOperationStore>;
  /** Makes the next calls of {@link accept} and {@link take} fail, as without a database. */
  isAway = false;
  /** How far the clock of the database is ahead, in milliseconds. */
  aheadMs = 0;

  constructor() {
    this.#store = openStore(() => Date.now() + this.aheadMs);
  }

  async accept(operation: NewOperation): Promise<'accepted' | 'known'> {
    this.#assertThere();
    return (await this.#store).accept(operation);
  }

  async take(activity: Pick<NewOperation, 'conversationId' | 'activityId'>): Promise<'accepted' | 'known'> {
    this.#assertThere();
    return (await this.#store).take(activity);
  }

  async find(id: string): Promise<Operation | undefined> {
    return (await this.#store).find(id);
  }

  async claim(holder: string, leaseMs: number): Promise<Operation | undefined> {
    return (await this.#store).claim(holder, leaseMs);
  }

  async renew(operation: Operation, leaseMs: number): Promise<void> {
    await (await this.#store).renew(operation, leaseMs);
  }

  async save(operation: Operation, changes: OperationChanges): Promise<Operation> {
    return (await this.#store).save(operation, changes);
  }

  async release(operation: Operation, how: { delayMs: number; counts: boolean }): Promise<void> {
    await (await this.#store).release(operation, how);
  }

  async receipt(id: string, activityId: string): Promise<'card' | 'duplicate' | 'unknown'> {
    return (await this.#store).receipt(id, activityId);
  }

  async dueIn(): Promise<number | undefined> {
    return (await this.#store).dueIn();
  }

  async now(): Promise<number> {
    return (await this.#store).now();
  }

  async forget(olderThanMs: number): Promise<number> {
    return (await this.#store).forget(olderThanMs);
  }

  #assertThere(): void {
    if (this.isAway) throw new Error('the database is away');
  }
}

async function openStore(clock: () => number): Promise<SqlOperationStore> {
  const database = openInMemory();
  await migrate(database);
  return new SqlOperationStore(database, clock);
}
