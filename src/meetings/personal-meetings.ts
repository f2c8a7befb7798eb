import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';

import { AccountStore } from './account-store';
import type { AttendanceBook } from './attendance-book';
import { Attendances } from './attendances';
import { MeetingProblem } from './errors';
import { MeetingService } from './meeting-service';
import type { MeetingGateway, MeetingStore, Person } from './ports';
import type { ReminderStore } from './reminder-store';

/** The meetings of a person, for as long as they are worked with. */
export interface Lease {
  readonly meetings: MeetingService;
  /** To be called once, at the end of the work. */
  readonly done: () => void;
}

/** Whose meetings somebody's words are about: everybody's, or their own. */
export interface MeetingsOfPeople {
  /** Whether everybody has an account of their own. */
  readonly isPersonal: boolean;
  /** @throws MeetingProblem `bot.full`, `signIn.unknownPerson`. */
  borrow(person: Person): Lease;
}

/** One account of a person on the server. */
export interface PersonalAccount {
  readonly gateway: MeetingGateway;
  /** Signs out. */
  close(signal: AbortSignal): Promise<void>;
  /** Stops without signing out: another process goes on with it. */
  detach(): void;
}

/** Collaborators, made in src/compose. */
export interface PersonalMeetingsDeps {
  /** Makes an account; nothing is sent before it is used. @throws MeetingProblem `signIn.unknownPerson`. */
  readonly open: (person: Person) => PersonalAccount;
  readonly store: MeetingStore;
  readonly reminders: ReminderStore;
  /** Where it is written down in which meetings Confer waits with somebody's account. */
  readonly bookOf: (personId: string) => AttendanceBook;
  readonly now: () => Date;
  readonly log: Logger;
  /** How long Confer waits in a meeting it started, in milliseconds. */
  readonly stayMs: number;
  /** An account nobody needs is closed after so many milliseconds; default half an hour. */
  readonly idleMs?: number;
  /** Most accounts at once; default 500. */
  readonly limit?: number;
  readonly pace?: Pace;
}

/** Longest sign-out, in milliseconds. */
const CLOSE_LIMIT_MS = 5000;

/** One service account acts for everybody. */
export function sharedMeetings(meetings: MeetingService): MeetingsOfPeople {
  return { isPersonal: false, borrow: () => ({ meetings, done: () => undefined }) };
}

/** One person's account in use. */
interface Desk {
  readonly meetings: MeetingService;
  readonly attendances: Attendances;
  readonly account: PersonalAccount;
  leases: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Everybody works with their own account, made when first needed and closed when nobody needs it any more.
 *
 * In use is an account while a command runs with it, or while Confer waits in a meeting it started. At the limit the
 * account unused for longest makes room.
 */
export class PersonalMeetings implements MeetingsOfPeople {
  readonly isPersonal = true;
  readonly #deps: PersonalMeetingsDeps;
  /** By person, the one used last at the end. */
  readonly #desks = new Map<string, Desk>();
  readonly #closing = new Set<Promise<void>>();

  constructor(deps: PersonalMeetingsDeps) {
    this.#deps = deps;
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#desks.size;
  }

  borrow(person: Person): Lease {
    const desk = this.#desks.get(person.id) ?? this.#open(person);
    this.#desks.delete(person.id);
    this.#desks.set(person.id, desk);
    desk.leases += 1;
    clearTimeout(desk.timer);
    let isDone = false;
    return {
      meetings: desk.meetings,
      done: () => {
        if (isDone) return;
        isDone = true;
        desk.leases -= 1;
        if (desk.leases === 0) this.#closeLater(person.id, desk);
      },
    };
  }

  /** Whether Confer waits in a meeting of anybody. */
  get isBusy(): boolean {
    return [...this.#desks.values()].some(({ attendances }) => attendances.isWaiting);
  }

  /** Goes on, in the background, with what is open in the books of these people. Rejects when some could not be read. */
  async resume(personIds: readonly string[]): Promise<void> {
    const unread: unknown[] = [];
    await Promise.all(
      personIds.map(async (id) => {
        try {
          const { done } = this.borrow({ id, name: '' });
          await this.#desks.get(id)?.attendances.resume().finally(done);
        } catch (error) {
          this.#deps.log.warn('attendance.notResumed', { by: id, error: String(error) });
          // For somebody without an account trying again does not help.
          if (!(error instanceof MeetingProblem)) unread.push(error);
        }
      }),
    );
    if (unread.length > 0) throw unread[0];
  }

  /** Resolves when Confer waits in no meeting any more. */
  async idle(): Promise<void> {
    while (this.isBusy) await Promise.all([...this.#desks.values()].map(async ({ attendances }) => attendances.idle()));
  }

  /** Stops where everybody is: another process goes on with their accounts, or has already. */
  handOver(): void {
    for (const { attendances, account, timer } of this.#desks.values()) {
      clearTimeout(timer);
      attendances.handOver();
      account.detach();
    }
    this.#desks.clear();
  }

  /** Leaves every meeting and signs everybody out, for a clean stop. */
  async closeAll(): Promise<void> {
    for (const [personId, desk] of this.#desks) this.#close(personId, desk);
    await Promise.all(this.#closing);
  }

  #open(person: Person): Desk {
    this.#makeRoom();
    const { open, store, reminders, bookOf, now, log, stayMs, pace = usualPace } = this.#deps;
    const account = open(person);
    const attendances = new Attendances({ stayMs, book: bookOf(person.id), gateway: account.gateway, log, pace });
    const own = new AccountStore(store, person.id);
    const deps = {
      gateway: account.gateway,
      store: own,
      reminders,
      account: person.id,
      attendances,
      now,
      log,
      pace,
      ownership: undefined,
      isPersonal: true,
    };
    return { meetings: new MeetingService(deps), attendances, account, leases: 0, timer: undefined };
  }

  #makeRoom(): void {
    if (this.#desks.size < (this.#deps.limit ?? 500)) return;
    const idle = [...this.#desks].find(([, desk]) => !isInUse(desk));
    if (idle === undefined) throw new MeetingProblem('bot.full');
    this.#close(...idle);
  }

  #closeLater(personId: string, desk: Desk): void {
    const wait = (): void => {
      desk.timer = setTimeout(() => {
        if (isInUse(desk)) wait();
        else this.#close(personId, desk);
      }, this.#deps.idleMs ?? 1_800_000).unref();
    };
    // One that made room meanwhile is closed already.
    if (this.#desks.get(personId) === desk) wait();
  }

  #close(personId: string, desk: Desk): void {
    clearTimeout(desk.timer);
    this.#desks.delete(personId);
    const closing = this.#signOut(desk).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #signOut({ attendances, account }: Desk): Promise<void> {
    await attendances.leaveAll();
    try {
      await account.close(AbortSignal.timeout(CLOSE_LIMIT_MS));
      await attendances.writeOff();
    } catch (error) {
      this.#deps.log.warn('signOut.failed', { error: String(error) });
    }
  }
}

function isInUse({ leases, attendances }: Desk): boolean {
  return leases > 0 || attendances.size > 0;
}
