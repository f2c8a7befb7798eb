import { meetingsAndCards } from './0001-meetings-and-cards';
import { journal } from './0002-journal';
import type { SchemaMigration } from './migration';

/** Every step of the schema, oldest first. */
export const migrations: readonly SchemaMigration[] = [meetingsAndCards, journal];

export type { Engine, SchemaMigration } from './migration';
