import { meetingsAndCards } from './0001-meetings-and-cards';
import type { SchemaMigration } from './migration';

/** Every step of the schema, oldest first. */
export const migrations: readonly SchemaMigration[] = [meetingsAndCards];

export type { Engine, SchemaMigration } from './migration';
