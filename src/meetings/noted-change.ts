import type { CreationGuard } from '../shared/creation-guard';

import { differenceOf, startDifference } from './difference';
import type { Meeting, MeetingChanges } from './meeting';
import type { NotedChange, Person } from './ports';

/** What an edit is about to do: whoever takes over finds the meeting changed, and has to know what it was before. */
export function editOf(
  before: Meeting,
  changes: MeetingChanges,
  { by, guard }: { readonly by: Person; readonly guard: CreationGuard },
): NotedChange {
  return { ...changeOf(before, by, guard), kind: 'edited', difference: differenceOf(before, changes) };
}

/** What another beginning is about to do; undefined when it is the same, e.g. because an earlier try came so far. */
export function restartOf(
  before: Meeting,
  start: { readonly from: string | undefined; readonly to: string | undefined },
  { by, guard }: { readonly by: Person; readonly guard: CreationGuard },
): NotedChange | undefined {
  if (start.from === start.to) return undefined;
  return { ...changeOf(before, by, guard), kind: 'edited', difference: startDifference(start.from, start.to) };
}

/** What a cancellation is about to do. */
export function cancellationOf(before: Meeting, by: Person, guard: CreationGuard): NotedChange {
  return { ...changeOf(before, by, guard), kind: 'cancelled', difference: {} };
}

function changeOf({ id, subject }: Meeting, by: Person, { marker }: CreationGuard) {
  return { key: marker, meetingId: id, by, subject };
}
