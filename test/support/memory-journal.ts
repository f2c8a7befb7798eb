import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { NotWrittenError } from '../../src/journal/errors';
import type {
  NewOperation,
  Operation,
  OperationChanges,
  OperationStep,
  TakenActivity,
} from '../../src/journal/operation';
import type { OperationStore } from '../../src/journal/ports';

import { type Deferred, deferred } from './deferred';
import { openMigratedInMemory } from './migrated-in-memory';

/** The journal on a database in memory, which is made when it is first used, or on one that is there. */
export class MemoryJournal implements OperationStore {
  readonly #store: Promise<OperationStore>;
  /** Makes every call fail, as without a database. */
  isAway = false;
  /** So many commits of {@link accept} and {@link take} are made, and nobody is told so. */
  lostCommits = 0;
  /** The database is away as soon as such a commit is made. */
  isAwayAfterLoss = false;
  /** Activities that were taken as asking for nothing lasting. */
  closed = 0;
  /** Steps that were written down, oldest first. */
  readonly steps: OperationStep[] = [];
  /** How far the clock of the database is ahead, in milliseconds. */
  aheadMs = 0;

  #slowness: { readonly accepted: Deferred<string>; readonly over: Promise<unknown> } | undefined;

  /** @param beside - the journal of another process, or where another keeps it: both work with the same. */
  constructor(beside?: OperationStore) {
    if (beside === undefined) this.#store = openStore(() => Date.now() + this.aheadMs);
    else this.#store = beside instanceof MemoryJournal ? beside.#store : Promise.resolve(beside);
  }

  async accept(operation: NewOperation): Promise<'accepted' | 'known'> {
    const result = await this.#written(async (store) => store.accept(operation));
    this.#slowness?.accepted.resolve(operation.id);
    return result;
  }

  /** Lets this process accept, but neither work on anything nor look at anything until it goes on. */
  whileSlow(): { readonly accepted: Promise<string>; goOn(): void } {
    const [accepted, over] = [deferred<string>(), deferred()];
    this.#slowness = { accepted, over: over.promise };
    return {
      accepted: accepted.promise,
      goOn: () => {
        this.#slowness = undefined;
        over.resolve(undefined);
      },
    };
  }

  async take(activity: TakenActivity): Promise<'accepted' | 'known'> {
    const result = await this.#written(async (store) => store.take(activity));
    this.closed += 1;
    return result;
  }

  /** There is nobody else. */
  onNews(): () => void {
    return () => undefined;
  }

  async find(id: string): Promise<Operation | undefined> {
    await this.#slowness?.over;
    return (await this.#there()).find(id);
  }

  async claim(holder: string, leaseMs: number): Promise<Operation | undefined> {
    await this.#slowness?.over;
    return (await this.#there()).claim(holder, leaseMs);
  }

  async isBehind(operation: Operation, apart: string): Promise<boolean> {
    return (await this.#there()).isBehind(operation, apart);
  }

  async renew(operation: Operation, leaseMs: number): Promise<void> {
    await (await this.#there()).renew(operation, leaseMs);
  }

  async save(operation: Operation, changes: OperationChanges): Promise<Operation> {
    const saved = await (await this.#there()).save(operation, changes);
    if (changes.step !== undefined) this.steps.push(changes.step);
    return saved;
  }

  async release(operation: Operation, how: { delayMs: number; counts: boolean }): Promise<void> {
    await (await this.#there()).release(operation, how);
  }

  async receipt(id: string, activityId: string): Promise<'card' | 'duplicate' | 'unknown'> {
    return (await this.#there()).receipt(id, activityId);
  }

  async askToStop(id: string): Promise<boolean> {
    return (await this.#there()).askToStop(id);
  }

  async dueIn(): Promise<number | undefined> {
    return (await this.#there()).dueIn();
  }

  async now(): Promise<number> {
    return (await this.#there()).now();
  }

  async forget(olderThanMs: number): Promise<number> {
    return (await this.#there()).forget(olderThanMs);
  }

  async #written<Result>(write: (store: OperationStore) => Promise<Result>): Promise<Result> {
    if (this.isAway) throw new NotWrittenError('the database is away');
    const result = await write(await this.#store);
    if (this.lostCommits === 0) return result;
    this.lostCommits -= 1;
    this.isAway = this.isAwayAfterLoss;
    throw new Error('the connection broke');
  }

  async #there(): Promise<OperationStore> {
    if (this.isAway) throw new Error('the database is away');
    return this.#store;
  }
}

async function openStore(clock: () => number): Promise<OperationStore> {
  const database = await openMigratedInMemory();
  return new SqlOperationStore(database, clock);
}
