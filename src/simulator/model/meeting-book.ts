import { randomInt } from 'node:crypto';

import type { Company, Person, SeedMeeting } from '../company';

import { conferenceUri, type Meeting, type MeetingExtension, type MeetingSettings } from './meeting';
import { defaultSettings } from './meeting-settings';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 86_400_000;
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The part of a meeting that is saved to the state file. */
export interface SavedMeeting {
  readonly id: string;
  readonly organizer: string;
  readonly kind: Meeting['kind'];
  readonly conferenceId: string;
  readonly etag: string;
  readonly settings: MeetingSettings;
  /** Absent: there are none. */
  readonly extensions?: readonly MeetingExtension[];
}

/** All meetings of the company, whoever organizes them. */
export class MeetingBook {
  private readonly meetings = new Map<string, Meeting>();
  private readonly listeners: (() => void)[] = [];
  private nextNumber = 801;

  /** Called after every change. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Enters every personal room that is not there yet. */
  seedRooms(company: Company, now: number): void {
    for (const person of company.people) {
      if (person.personalRoomId === undefined || this.meetings.has(person.personalRoomId)) continue;
      const settings = { ...defaultSettings(person, now), subject: `${person.name}'s room`, expirationTime: undefined };
      this.enter({ kind: 'assigned', organizer: person, settings, id: person.personalRoomId });
    }
  }

  /** Enters the company's first meetings. */
  seedMeetings(company: Company, now: number): void {
    for (const seed of company.meetings) {
      const organizer = company.people.find((person) => person.account === seed.organizer);
      if (organizer === undefined) continue;
      this.enter({
        kind: 'scheduled',
        organizer,
        settings: seedSettings(seed, { company, organizer, now }),
        id: seed.id,
      });
    }
  }

  /** Enters saved meetings; those of people who have left the company are dropped. */
  restore(saved: readonly SavedMeeting[], company: Company): void {
    for (const { organizer: account, extensions: kept = [], ...meeting } of saved) {
      const organizer = company.people.find((person) => person.account === account);
      if (organizer === undefined) continue;
      const extensions = new Map(kept.map((extension) => [extension.id, extension]));
      this.meetings.set(meeting.id, { ...meeting, organizer, extensions, number: this.nextNumber++ });
    }
  }

  /** What `restore` needs to bring everything back. */
  saved(): SavedMeeting[] {
    return [...this.meetings.values()].map(({ id, kind, settings, conferenceId, etag, organizer, extensions }) => ({
      id,
      kind,
      settings,
      conferenceId,
      etag,
      organizer: organizer.account,
      ...(extensions.size > 0 && { extensions: [...extensions.values()] }),
    }));
  }

  create(kind: 'scheduled' | 'adhoc', organizer: Person, settings: MeetingSettings): Meeting {
    const meeting = this.enter({ kind, organizer, settings, id: this.freeId() });
    this.changed();
    return meeting;
  }

  /** Replaces the writable part and moves the etag. */
  rewrite(meeting: Meeting, settings: MeetingSettings): void {
    meeting.settings = settings;
    meeting.etag = newEtag(meeting.etag);
    this.changed();
  }

  /** Adds an extension, or writes over the one with the same id; its etag moves. */
  writeExtension(meeting: Meeting, content: Omit<MeetingExtension, 'etag'>): MeetingExtension {
    const extension = { ...content, etag: newEtag(meeting.extensions.get(content.id)?.etag) };
    meeting.extensions.set(content.id, extension);
    this.changed();
    return extension;
  }

  removeExtension(meeting: Meeting, { id }: MeetingExtension): void {
    meeting.extensions.delete(id);
    this.changed();
  }

  remove(meeting: Meeting): void {
    this.meetings.delete(meeting.id);
    this.changed();
  }

  all(): readonly Meeting[] {
    return [...this.meetings.values()];
  }

  /** Scheduled meetings of one organizer, oldest first. */
  scheduledBy(organizer: Person): readonly Meeting[] {
    return this.all().filter((meeting) => meeting.organizer === organizer && meeting.kind === 'scheduled');
  }

  assignedTo(person: Person): Meeting | undefined {
    return this.all().find((meeting) => meeting.organizer === person && meeting.kind === 'assigned');
  }

  /** By meeting ID or by the number of the `reference` path style. */
  find(idOrNumber: string): Meeting | undefined {
    const byId = this.meetings.get(idOrNumber.toUpperCase());
    return byId ?? this.all().find((meeting) => String(meeting.number) === idOrNumber);
  }

  findByUri(uri: string): Meeting | undefined {
    const wanted = uri.trim().toLowerCase();
    return this.all().find((meeting) => conferenceUri(meeting).toLowerCase() === wanted);
  }

  /** Forgets what has expired; a personal room never does. */
  sweep(now: number, isRunning: (meeting: Meeting) => boolean): void {
    for (const meeting of this.all()) {
      const { expirationTime } = meeting.settings;
      // Kept a day past its time: the protocol only says that it may be deleted then.
      if (expirationTime !== undefined && expirationTime + DAY_MS < now && !isRunning(meeting)) this.remove(meeting);
    }
  }

  private enter(entry: Pick<Meeting, 'kind' | 'organizer' | 'settings' | 'id'>): Meeting {
    const conferenceId = String(randomInt(10_000_000, 99_999_999));
    const number = this.nextNumber++;
    const meeting: Meeting = { ...entry, conferenceId, number, etag: newEtag(), extensions: new Map() };
    this.meetings.set(meeting.id, meeting);
    return meeting;
  }

  private freeId(): string {
    const id = Array.from({ length: 8 }, () => ID_ALPHABET.charAt(randomInt(ID_ALPHABET.length))).join('');
    return this.meetings.has(id) ? this.freeId() : id;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function newEtag(previous?: string): string {
  const etag = String(randomInt(1_000_000_000, 4_000_000_000));
  return etag === previous ? newEtag(previous) : etag;
}

function seedSettings(seed: SeedMeeting, at: { company: Company; organizer: Person; now: number }): MeetingSettings {
  const defaults = defaultSettings(at.organizer, at.now);
  const uris = (accounts: readonly string[] = []): string[] =>
    accounts.map((account) => `sip:${account}@${at.company.sipDomain}`);
  return {
    subject: seed.subject,
    description: seed.description ?? '',
    attendees: uris(seed.attendees),
    leaders: uris(seed.leaders),
    accessLevel: seed.accessLevel ?? defaults.accessLevel,
    automaticLeaderAssignment: seed.leaderAssignment ?? defaults.automaticLeaderAssignment,
    entryExitAnnouncement: seed.announcement ?? defaults.entryExitAnnouncement,
    lobbyBypassForPhoneUsers: seed.phoneLobbyBypass ?? defaults.lobbyBypassForPhoneUsers,
    phoneUserAdmission: seed.phoneUserAdmission ?? defaults.phoneUserAdmission,
    // On the full hour: nobody plans for 06:41.
    expirationTime: Math.ceil((at.now + seed.expiresInDays * DAY_MS) / HOUR_MS) * HOUR_MS,
  };
}
