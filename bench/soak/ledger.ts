import type { TrueMeeting } from '../chaos/meeting-server';

/** What people begin in a soak. */
export const occupations = ['plan', 'fill in', 'start', 'list'] as const;

/** One of {@link occupations}. */
export type Occupation = (typeof occupations)[number];

/** Begins the subjects of meetings that are over when everybody has left. */
export const endsByItself = 'Right now';

/** What people asked for, and what they have to complain of. */
export class Ledger {
  /** Activities that were sent, second deliveries and double clicks included. */
  sent = 0;
  readonly begun = new Map<Occupation, number>();
  /** Subjects of meetings that have to be there. */
  readonly #standing = new Set<string>();
  readonly #complaints: string[] = [];

  begin(occupation: Occupation): void {
    this.begun.set(occupation, (this.begun.get(occupation) ?? 0) + 1);
  }

  /** Somebody asked for a meeting with this subject. */
  stands(subject: string): void {
    this.#standing.add(subject);
  }

  /** Somebody cancelled it, or gave it another subject. */
  isGone(subject: string): void {
    this.#standing.delete(subject);
  }

  complain(about: string): void {
    this.#complaints.push(about);
  }

  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Compares the meetings that are there with what people asked for; what differs is complained of. */
  audit(meetings: readonly TrueMeeting[]): void {
    const counts = new Map<string, number>();
    const lasting = meetings.filter(({ subject }) => !subject.startsWith(endsByItself));
    for (const { subject } of lasting) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    for (const subject of this.#standing) {
      if (!counts.has(subject)) this.complain(`lost: there is no meeting "${subject}"`);
    }
    for (const [subject, count] of counts) {
      if (!this.#standing.has(subject)) this.complain(`not cancelled: the meeting "${subject}" is there`);
      else if (count > 1) this.complain(`doubled: ${String(count)} meetings "${subject}"`);
    }
  }
}
