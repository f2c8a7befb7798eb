import { meetingsAndCards } from './0001-meetings-and-cards';
import { journal } from './0002-journal';
import { ownership } from './0003-ownership';
import type { SchemaMigration } from './migration';

/** Every step of the schema, oldest first. */
export const migrations: readonly SchemaMigration[] = [meetingsAndCards, journal, ownership];

export type { Engine, SchemaMigration } from './migration';
