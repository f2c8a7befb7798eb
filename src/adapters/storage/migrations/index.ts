import { meetingsAndCards } from './0001-meetings-and-cards';
import { journal } from './0002-journal';
import { ownership } from './0003-ownership';
import { paces } from './0004-paces';
import { personSettings } from './0005-person-settings';
import { sharedState } from './0006-shared-state';
import { takers } from './0007-takers';
import { keepTrying } from './0008-keep-trying';
import { sweeps } from './0009-sweeps';
import { posts } from './0010-posts';
import { reminders } from './0011-reminders';
import { seats } from './0012-seats';
import { vanishedTries } from './0013-vanished-tries';
import { order } from './0014-order';
import type { SchemaMigration } from './migration';

/** Every step of the schema, oldest first. */
export const migrations: readonly SchemaMigration[] = [
  meetingsAndCards,
  journal,
  ownership,
  paces,
  personSettings,
  sharedState,
  takers,
  keepTrying,
  sweeps,
  posts,
  reminders,
  seats,
  vanishedTries,
  order,
];

export type { Engine, SchemaMigration } from './migration';
