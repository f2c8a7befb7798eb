import type { AttendanceBook, AttendanceEntry } from '../../src/meetings/attendance-book';
import type { LiveMeeting } from '../../src/meetings/meeting';
import { SeatLostError } from '../../src/shared/seat-lost-error';

type Page = Omit<AttendanceEntry, 'begunAgoMs' | 'waitsMs'> & {
  readonly begunAt: number;
  readonly waitsUntil: number;
  readonly personId: string;
};

/** A book in memory: the test says when its seat is lost, when nobody can write, and how time goes by. */
export class MemoryBook implements AttendanceBook {
  readonly #pages = new Map<string, Page>();
  /** Added to the clock, in milliseconds. */
  aheadMs = 0;
  /** Another process holds the seat. */
  isLost = false;
  /** The database does not answer; only the next so many times when it is a number. */
  isAway: boolean | number = false;
  /** How often the seat was confirmed. */
  confirmed = 0;

  async begin(attendance: {
    marker: string;
    owner: string | undefined;
    personId: string;
  }): Promise<number | undefined> {
    this.#assertHeld();
    const known = this.#pages.get(attendance.marker);
    if (known?.isOver === false) return Promise.resolve(undefined);
    const tries = (known?.tries ?? 0) + 1;
    const fresh = { meeting: undefined, isOver: false, isHere: true, begunAt: this.#now(), waitsUntil: this.#now() };
    this.#pages.set(attendance.marker, { ...attendance, ...fresh, tries });
    return Promise.resolve(tries);
  }

  async made(marker: string, meeting: LiveMeeting, waitsMs: number): Promise<void> {
    this.#change(marker, { meeting, waitsUntil: this.#now() + waitsMs });
    return Promise.resolve();
  }

  async over(marker: string): Promise<void> {
    this.#change(marker, { isOver: true });
    return Promise.resolve();
  }

  async find(marker: string): Promise<AttendanceEntry | undefined> {
    const page = this.#pages.get(marker);
    return Promise.resolve(page === undefined ? undefined : this.#toEntry(page));
  }

  async open(): Promise<readonly AttendanceEntry[]> {
    const pages = [...this.#pages.values()].filter(({ isOver, isHere }) => isHere && !isOver);
    return Promise.resolve(pages.map((page) => this.#toEntry(page)));
  }

  async confirm(): Promise<void> {
    this.#assertHeld();
    this.confirmed += 1;
    return Promise.resolve();
  }

  /** It was begun in a seat that somebody else holds. */
  moveElsewhere(marker: string): void {
    this.#change(marker, { isHere: false });
  }

  #change(marker: string, changes: Partial<Page>): void {
    this.#assertHeld();
    const page = this.#pages.get(marker);
    if (page !== undefined) this.#pages.set(marker, { ...page, ...changes });
  }

  #assertHeld(): void {
    if (this.isLost) throw new SeatLostError(1);
    if (this.isAway === false || this.isAway === 0) return;
    if (this.isAway !== true) this.isAway -= 1;
    throw new TypeError('the database is away');
  }

  #toEntry({ marker, owner, tries, meeting, isOver, isHere, begunAt, waitsUntil }: Page): AttendanceEntry {
    const times = { begunAgoMs: this.#now() - begunAt, waitsMs: Math.max(0, waitsUntil - this.#now()) };
    return { marker, owner, tries, meeting, isOver, isHere, ...times };
  }

  #now(): number {
    return Date.now() + this.aheadMs;
  }
}
