import type { LiveMeeting } from './meeting';
import type { MeetingRecord, Person } from './ports';

/** What is to be remembered of a meeting. */
export function recordOf(
  meeting: LiveMeeting,
  about: { kind: MeetingRecord['kind']; createdBy: Person | undefined; now: Date },
): MeetingRecord {
  const { id, subject, joinUrl, conferenceUri, conferenceId, access } = meeting;
  const { kind, createdBy, now } = about;
  const recordedAt = now.toISOString();
  const expiresAt = meeting.expiresAt?.toISOString();
  const organizer = meeting.organizerName ?? meeting.organizer;
  const facts = { joinUrl, conferenceUri, conferenceId, expiresAt, organizer, access };
  return { id, kind, subject, createdBy, owner: createdBy, recordedAt, ...facts };
}

/** When a recorded meeting begins and when it closes, as far as that is known. */
export function timesOf(record: Pick<MeetingRecord, 'startsAt' | 'expiresAt'> | undefined): {
  startsAt: Date | undefined;
  expiresAt: Date | undefined;
} {
  const { startsAt, expiresAt } = record ?? {};
  return {
    startsAt: startsAt === undefined ? undefined : new Date(startsAt),
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
  };
}
