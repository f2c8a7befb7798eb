import type { Logger } from '../shared/logger';
import { type Pace, usualPace } from '../shared/pace';

import { AccountStore } from './account-store';
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
}

/** Collaborators, made in src/compose.ts. */
export interface PersonalMeetingsDeps {
  /** Makes an account; nothing is sent before it is used. @throws MeetingProblem `signIn.unknownPerson`. */
  readonly open: (person: Person) => PersonalAccount;
  readonly store: MeetingStore;
  readonly reminders: ReminderStore;
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
interface Seat {
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
  readonly #seats = new Map<string, Seat>();
  readonly #closing = new Set<Promise<void>>();

  constructor(deps: PersonalMeetingsDeps) {
    this.#deps = deps;
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#seats.size;
  }

  borrow(person: Person): Lease {
    const seat = this.#seats.get(person.id) ?? this.#open(person);
    this.#seats.delete(person.id);
    this.#seats.set(person.id, seat);
    seat.leases += 1;
    clearTimeout(seat.timer);
    let isDone = false;
    return {
      meetings: seat.meetings,
      done: () => {
        if (isDone) return;
        isDone = true;
        seat.leases -= 1;
        if (seat.leases === 0) this.#closeLater(person.id, seat);
      },
    };
  }

  /** Leaves every meeting and signs everybody out, for a clean stop. */
  async closeAll(): Promise<void> {
    for (const [personId, seat] of this.#seats) this.#close(personId, seat);
    await Promise.all(this.#closing);
  }

  #open(person: Person): Seat {
    this.#makeRoom();
    const { open, store, reminders, now, log, stayMs, pace = usualPace } = this.#deps;
    const account = open(person);
    const attendances = new Attendances({ stayMs, log });
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
    if (this.#seats.size < (this.#deps.limit ?? 500)) return;
    const idle = [...this.#seats].find(([, seat]) => !isInUse(seat));
    if (idle === undefined) throw new MeetingProblem('bot.full');
    this.#close(...idle);
  }

  #closeLater(personId: string, seat: Seat): void {
    const wait = (): void => {
      seat.timer = setTimeout(() => {
        if (isInUse(seat)) wait();
        else this.#close(personId, seat);
      }, this.#deps.idleMs ?? 1_800_000).unref();
    };
    // One that made room meanwhile is closed already.
    if (this.#seats.get(personId) === seat) wait();
  }

  #close(personId: string, seat: Seat): void {
    clearTimeout(seat.timer);
    this.#seats.delete(personId);
    const closing = this.#signOut(seat).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #signOut({ attendances, account }: Seat): Promise<void> {
    await attendances.leaveAll();
    try {
      await account.close(AbortSignal.timeout(CLOSE_LIMIT_MS));
    } catch (error) {
      this.#deps.log.warn('signOut.failed', { error: String(error) });
    }
  }
}

function isInUse({ leases, attendances }: Seat): boolean {
  return leases > 0 || attendances.size > 0;
}
