import { migrate } from '../../src/adapters/storage/migrate';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { openInMemory } from '../../src/adapters/storage/sqlite';
import type { Operation, OperationChanges } from '../../src/journal/operation';

/**
 * What bots of this kind have in place of a journal: a list in memory that is gone with the process, that other processes
 * do not see, and that does not know what was sent before its answer came.
 */
export class NaiveJournal extends SqlOperationStore {
  static async open(): Promise<NaiveJournal> {
    const database = openInMemory();
    await migrate(database);
    return new NaiveJournal(database);
  }

  override async save(operation: Operation, changes: OperationChanges): Promise<Operation> {
    return super.save(operation, {
      ...changes,
      ...(changes.cardSent === undefined ? {} : { cardSent: false }),
      ...(changes.meetingSent === undefined ? {} : { meetingSent: false }),
    });
  }
}
