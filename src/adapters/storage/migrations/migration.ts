import type { Kysely } from 'kysely';

/** Which database the tables are in. */
export type Engine = 'sqlite' | 'postgres';

/**
 * One step of the schema. A step that is released is never changed; what is wrong with it is put right by the next.
 *
 * Steps widen the schema first and narrow it a release later, so that the program of the release before works on the
 * tables of this one: `oldestProgram` says how far back that holds.
 */
export interface SchemaMigration {
  /** `0001-meetings-and-cards`; the number is the version of the schema. */
  readonly name: string;
  /** Number of the newest migration that a program must know to work on the tables after this step. */
  readonly oldestProgram: number;
  readonly up: (db: Kysely<unknown>, engine: Engine) => Promise<void>;
}
