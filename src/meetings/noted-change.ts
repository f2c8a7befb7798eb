import type { CreationGuard } from '../shared/creation-guard';

import { differenceOf } from './difference';
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

/** What a cancellation is about to do. */
export function cancellationOf(before: Meeting, by: Person, guard: CreationGuard): NotedChange {
  return { ...changeOf(before, by, guard), kind: 'cancelled', difference: {} };
}

function changeOf({ id, subject }: Meeting, by: Person, { marker }: CreationGuard) {
  return { key: marker, meetingId: id, by, subject };
}
