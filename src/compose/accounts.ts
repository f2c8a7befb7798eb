import { createHmac, randomUUID } from 'node:crypto';

import { OnBehalfOf } from '../adapters/identity/on-behalf-of';
import { PersonTokens, type SingleSignOn } from '../adapters/identity/person-tokens';
import type { Storage } from '../adapters/storage/storage';
import { connectionOf, urlRulesOf } from '../adapters/ucwa-meetings/connection';
import { UcwaObserver } from '../adapters/ucwa-meetings/observe';
import { UcwaMeetingGateway } from '../adapters/ucwa-meetings/ucwa-meeting-gateway';
import type { AccountConfig, Config, ServerConfig } from '../config/config';
import { AccountStore } from '../meetings/account-store';
import { Attendances } from '../meetings/attendances';
import { MeetingProblem } from '../meetings/errors';
import { MeetingService } from '../meetings/meeting-service';
import { type MeetingsOfPeople, PersonalMeetings, sharedMeetings } from '../meetings/personal-meetings';
import type { MeetingStore } from '../meetings/ports';
import type { ReminderStore } from '../meetings/reminder-store';
import type { Seat } from '../seats/seat';
import { SeatKeeper, type Tenancy } from '../seats/seat-keeper';
import type { Logger } from '../shared/logger';
import { type Metrics, noMetrics } from '../shared/metrics';
import { type Pace, usualPace } from '../shared/pace';
import { StartError } from '../shared/start-error';
import type { Tracer } from '../shared/tracing';
import { createUcwaAccount, type PasswordCredentials, type UcwaAccount, type UcwaCredentials } from '../ucwa';

/** The configuration, with a server that exists. */
export interface AccountSettings extends Omit<Config, 'server' | 'account'> {
  readonly server: Exclude<ServerConfig, { kind: 'simulator' }>;
  readonly account: AccountConfig | undefined;
}

/** Everything that accounts on the server are made from. */
export interface AccountParts {
  readonly store: MeetingStore & Pick<Storage, 'bookOf' | 'accountsWithWork'>;
  readonly reminders: ReminderStore;
  readonly now: () => Date;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracer?: Tracer | undefined;
  readonly pace?: Pace;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** A seat that is held, and how to ask whether it still is. */
export interface HeldSeat {
  readonly seat: Seat;
  readonly isStillOurs?: (signal: AbortSignal) => Promise<boolean>;
}

/** The accounts on the server that are used from one seat. */
export interface AccountsOfSeat extends Tenancy {
  readonly people: MeetingsOfPeople;
  /** The first person should not wait for what every meeting needs. */
  warmUp(): void;
}

/** The accounts on the server, and how they end. */
export interface Accounts {
  readonly people: MeetingsOfPeople;
  /** Called when the bot listens. */
  readonly begin: () => void;
  /** Hands over what another process can go on with; leaves every other meeting and signs out. */
  readonly close: () => Promise<void>;
}

/**
 * The accounts of a seat of this process, with everything that keeps it.
 *
 * @param parts - `singleSignOn`: everybody acts as themself; without it one service account acts for everybody.
 * @throws StartError when the settings name no account.
 */
export async function openAccounts(
  settings: AccountSettings,
  parts: AccountParts & { readonly store: Storage; readonly singleSignOn: SingleSignOn | undefined },
): Promise<Accounts> {
  const { singleSignOn, store, log, metrics, pace = usualPace } = parts;
  if (singleSignOn === undefined) assertAccount(settings);
  const keeper = new SeatKeeper<AccountsOfSeat>({
    ...{ store: store.seats, holder: randomUUID(), leaseMs: pace.leaseMs, log, metrics },
    open: (seat, isStillOurs) =>
      singleSignOn === undefined
        ? openShared(settings, parts, { seat, isStillOurs })
        : openPersonal(settings, { ...parts, singleSignOn }, { seat, isStillOurs }),
  });
  await keeper.take();
  return {
    people: {
      isPersonal: singleSignOn !== undefined,
      borrow: (person) => {
        // Between two seats there is nothing to work with, for a moment.
        if (keeper.own === undefined) throw new MeetingProblem('bot.unavailable');
        return keeper.own.people.borrow(person);
      },
    },
    begin: () => {
      keeper.start();
      keeper.own?.warmUp();
    },
    close: keeper.stop.bind(keeper),
  };
}

function assertAccount({ account }: AccountSettings): void {
  if (account === undefined) throw new StartError('UCWA_USERNAME must be set: the account Confer works with');
}

/** One service account acts for everybody. */
function openShared(settings: AccountSettings, parts: AccountParts, held: HeldSeat): AccountsOfSeat {
  const { store, reminders, now, log, pace = usualPace, stopping } = parts;
  const { seat, isStillOurs } = held;
  const credentials = passwordOf(settings.account);
  const { endpointId } = seat;
  const account = openAccount(settings, { credentials, endpointId, isStillOurs, observer: observerOf(parts) });
  const gateway = new UcwaMeetingGateway({ account, urls: urlRulesOf(settings), log });
  const book = store.bookOf({ seat, accountId: undefined });
  const attendances = new Attendances({ stayMs: settings.stayMs, book, gateway, log, pace });
  const own = new AccountStore(store, undefined);
  const { administrators, identity } = settings;
  const ownership = { administrators, directoryOnly: identity.kind !== 'local' };
  return {
    people: sharedMeetings(
      new MeetingService({ gateway, store: own, reminders, attendances, now, log, ownership, pace }),
    ),
    get isBusy() {
      return attendances.isWaiting;
    },
    resume: attendances.resume.bind(attendances),
    idle: attendances.idle.bind(attendances),
    warmUp: () => {
      signInAhead(gateway, log, stopping);
    },
    close: async () => {
      await attendances.leaveAll();
      try {
        await account.close(AbortSignal.timeout(5000));
        await attendances.writeOff();
      } catch (error) {
        log.warn('signOut.failed', { error: String(error) });
      }
    },
    handOver: () => {
      attendances.handOver();
      account.detach();
    },
  };
}

/**
 * Everybody acts as themself.
 *
 * @param parts - `authorityCa`: PEM of a private certificate authority in front of the authority.
 * @throws StartError without an identity of the bot.
 */
export function openPersonal(
  settings: AccountSettings,
  parts: AccountParts & { readonly singleSignOn: SingleSignOn; readonly authorityCa?: string },
  { seat, isStillOurs }: HeldSeat,
): AccountsOfSeat {
  const { identity, signIn } = settings;
  if (identity.kind === 'local' || signIn.kind !== 'modern') {
    throw new StartError('MICROSOFT_APP_ID must be set: people sign in through Teams');
  }
  const { store, reminders, now, log, pace = usualPace, singleSignOn, authorityCa } = parts;
  const { clientId } = signIn;
  const ca = authorityCa === undefined ? {} : { ca: authorityCa };
  const onBehalfOf = new OnBehalfOf({ identity, clientId, authorityHost: settings.cloud.authorityHost, now, ...ca });
  const urls = urlRulesOf(settings);
  const observer = observerOf(parts);
  const people = new PersonalMeetings({
    ...{ store, reminders, now, log, pace, stayMs: settings.stayMs },
    bookOf: (accountId) => store.bookOf({ seat, accountId }),
    open: ({ id: personId }) => {
      if (!OBJECT_ID.test(personId)) throw new MeetingProblem('signIn.unknownPerson');
      const tokens = new PersonTokens({ personId, singleSignOn, onBehalfOf });
      const modern = { kind: 'modern', token: tokens.tokenFor.bind(tokens) } as const;
      const credentials = [modern, ...passwordOf(settings.account)];
      const endpointId = endpointOf(seat.endpointId, personId);
      const account = openAccount(settings, { credentials, endpointId, isStillOurs, observer });
      const [close, detach] = [account.close.bind(account), account.detach.bind(account)];
      return { gateway: new UcwaMeetingGateway({ account, urls, log }), close, detach };
    },
  });
  return {
    people,
    get isBusy() {
      return people.isBusy;
    },
    resume: async () => {
      const accounts = await store.accountsWithWork(seat);
      await people.resume(accounts.flatMap((personId) => personId ?? []));
    },
    idle: people.idle.bind(people),
    // Nobody has asked for anything.
    warmUp: () => undefined,
    close: people.closeAll.bind(people),
    handOver: people.handOver.bind(people),
  };
}

/** Ids of people in the directory; outside Teams a person has none. */
const OBJECT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

function passwordOf(account: AccountConfig | undefined): readonly PasswordCredentials[] {
  if (account === undefined) return [];
  const { username, password } = account;
  return [{ kind: 'password', username, password: async () => Promise.resolve(password) }];
}

/** The endpoint of a person at this seat: the same for every holder, and nobody else's. */
function endpointOf(seat: string, personId: string): string {
  const digest = createHmac('sha256', seat).update(personId.toLowerCase()).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** One for all accounts of the process. */
function observerOf({ log, metrics = noMetrics, tracer }: AccountParts): UcwaObserver {
  return new UcwaObserver({ log, metrics, tracer, now: () => performance.now() });
}

function openAccount(
  settings: AccountSettings,
  deps: {
    credentials: readonly UcwaCredentials[];
    endpointId: string;
    isStillOurs: HeldSeat['isStillOurs'];
    observer: UcwaObserver;
  },
): UcwaAccount {
  const { isStillOurs } = deps;
  return createUcwaAccount({
    ...connectionOf(settings),
    format: settings.wireFormat,
    credentials: deps.credentials,
    application: { userAgent: 'Confer/1.0', endpointId: deps.endpointId, culture: 'en-US' },
    hooks: deps.observer.hooks(),
    ...(isStillOurs === undefined ? {} : { isStillOurs }),
  });
}

/** A wrong setting should show in the log at once. */
function signInAhead(gateway: UcwaMeetingGateway, log: Logger, signal: AbortSignal): void {
  Promise.all([gateway.options(signal), gateway.dialIn(signal)]).catch((error: unknown) => {
    if (!signal.aborted) log.warn('signIn.failed', { error: String(error), hint: 'run "npm run doctor"' });
  });
}
