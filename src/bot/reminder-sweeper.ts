import { setTimeout as sleep } from 'node:timers/promises';

import { operationId } from '../journal/operation-id';
import type { OperationStore } from '../journal/ports';
import type { Reminder, ReminderStore } from '../meetings/reminder-store';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { newReference } from '../shared/reference';

import type { OperationRequest } from './operation-request';
import { activityAt } from './reminder-place';

/** What reminders are called in the journal; no command and no button has this name. */
export const REMINDER_KIND = 'reminder';

/** A reminder belongs to a process for so long, from when it is taken until the journal has it. */
const LEASE_MS = 30_000;

/** Reminders that were asked for elsewhere are found this soon. */
const LONGEST_REST_MS = 2000;

/** A database that is away is left alone for a while. */
const FAILURE_REST_MS = 10_000;

/** Collaborators, made in src/compose. */
export interface ReminderSweeperDeps {
  readonly reminders: ReminderStore;
  readonly journal: Pick<OperationStore, 'accept'>;
  /** The key of the journal's ids. */
  readonly key: Buffer;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/**
 * Hands reminders to the journal when they are due. The same reminder under the same plan is the same operation, whichever
 * process hands it over and however often: the journal says it once.
 */
export class ReminderSweeper {
  readonly #deps: ReminderSweeperDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(deps: ReminderSweeperDeps) {
    this.#deps = deps;
  }

  /** Begins to look for what is due. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when nothing is handed over any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** Hands over what is due now. @returns milliseconds after which there may be more. */
  async sweep(): Promise<number> {
    const { reminders } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      const reminder = await reminders.claim(LEASE_MS);
      if (reminder === undefined) break;
      await this.#handOver(reminder);
    }
    return Math.min(LONGEST_REST_MS, Math.max(10, (await reminders.dueIn()) ?? LONGEST_REST_MS));
  }

  async #handOver(reminder: Reminder): Promise<void> {
    const { journal, key, reminders, metrics } = this.#deps;
    const { revision, personId, conversationId, dueAt } = reminder;
    const id = operationId(key, [REMINDER_KIND, reminder.id, String(revision), dueAt.toISOString()]);
    const request: OperationRequest = {
      activity: activityAt(reminder.address, reminder.zone),
      reference: newReference(),
      asked: [],
      own: { kind: 'reminder', id: reminder.id, revision },
    };
    const result = await journal.accept({ id, kind: REMINDER_KIND, personId, conversationId, activityId: id, request });
    metrics?.count('confer_operations_accepted_total', { kind: REMINDER_KIND, result });
    // Whoever ends before this hands it over again, and the journal knows it.
    await reminders.said(reminder);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let restMs = FAILURE_REST_MS;
      try {
        restMs = await this.sweep();
      } catch (error) {
        this.#deps.log.warn('reminders.notSwept', { error: String(error), delayMs: restMs });
      }
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
