import { type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';

import type { Operation, OperationChanges } from '../../journal/operation';

import type { OperationsTable } from './schema';

/** Columns to be changed. */
export type OperationsUpdate = {
  readonly [Column in keyof Updateable<OperationsTable>]?:
    Selectable<OperationsTable>[Column] | RawBuilder<Selectable<OperationsTable>[Column]>;
};

/** The columns that a change of an operation changes. */
export function updateFor(changes: OperationChanges, now: RawBuilder<number>): OperationsUpdate {
  return { ...progress(changes), ...ending(changes, now), ...sent(changes, now) };
}

function progress(changes: OperationChanges): OperationsUpdate {
  return {
    ...(changes.step === undefined ? {} : { step: changes.step, vanished: 0 }),
    ...(changes.attempts === undefined ? {} : { attempts: changes.attempts }),
    ...('meetingId' in changes ? { meeting_id: changes.meetingId ?? null } : {}),
    ...('tryingUntil' in changes ? { trying_until: changes.tryingUntil ?? null } : {}),
    ...('cardActivityId' in changes ? { card_activity_id: firstKnown(changes.cardActivityId) } : {}),
    ...('answer' in changes ? { answer: changes.answer === undefined ? null : JSON.stringify(changes.answer) } : {}),
  };
}

/** What people said is forgotten with the end of the operation. */
function ending({ step }: OperationChanges, now: RawBuilder<number>): OperationsUpdate {
  return step === 'ended' || step === 'failed' ? { ended_at: now, request: null, answer: null } : {};
}

function sent({ cardSent, meetingSent }: OperationChanges, now: RawBuilder<number>): OperationsUpdate {
  return {
    ...(cardSent === undefined ? {} : { card_sent_at: cardSent ? now : null }),
    ...(meetingSent === undefined ? {} : { meeting_sent_at: meetingSent ? now : null }),
  };
}

/** The first card anybody hears of is the card: an answer that comes late must not put another in its place. */
export function firstKnown(activityId: string | undefined): RawBuilder<string | null> | null {
  return activityId === undefined ? null : sql<string | null>`coalesce(card_activity_id, ${activityId})`;
}

/** What a row says. */
export function toOperation(row: Selectable<OperationsTable>): Operation {
  return {
    id: row.id,
    kind: row.kind,
    personId: row.person_id,
    conversationId: row.conversation_id,
    activityId: row.activity_id,
    request: row.request === null ? undefined : (JSON.parse(row.request) as unknown),
    step: row.step,
    attempts: row.attempts,
    vanished: row.vanished,
    epoch: row.epoch,
    askedAt: row.asked_at ?? row.accepted_at,
    acceptedAt: row.accepted_at,
    cardActivityId: row.card_activity_id ?? undefined,
    cardSentAt: row.card_sent_at ?? undefined,
    meetingId: row.meeting_id ?? undefined,
    meetingSentAt: row.meeting_sent_at ?? undefined,
    tryingUntil: row.trying_until ?? undefined,
    isToStop: row.stop_asked_at !== null,
    answer: row.answer === null ? undefined : (JSON.parse(row.answer) as unknown),
  };
}
