import { createHash, randomUUID } from 'node:crypto';

import { Announcer } from './calls/announcer';
import { ConferenceHall } from './calls/conference-hall';
import { InvitationDesk } from './calls/invitation-desk';
import type { Company, Person } from './company';
import { FaultBox } from './faults';
import { applicationNotFound, cannotRedirect } from './http/problem';
import { ApplicationDesk } from './model/application-desk';
import { MeetingBook } from './model/meeting-book';
import type { Pool, PoolCondition } from './model/pool';
import type { Principal } from './model/principal';
import { TokenDesk } from './model/token-desk';
import { AccessTokenDesk, type TrustedIssuer } from './model/token-issuer';
import { RequestLog } from './request-log';
import { SecretRemover } from './secrets';
import type { Switches } from './switches';
import { type Clock, MovableClock, type Timers } from './timers';

/** What a world is made from. */
export interface WorldSetting {
  readonly company: Company;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly switches: Switches;
  /** Undefined: tokens of no authority are taken. */
  readonly trustedIssuer: TrustedIssuer | undefined;
}

/** The whole state behind the listeners: one company, its pools, and everything that happens on them. */
export class World {
  readonly company: Company;
  readonly clock: MovableClock;
  readonly timers: Timers;
  /** Live: the control endpoint changes it. */
  readonly switches: Switches;
  /** Undefined: no access token is good. */
  readonly accessTokens: AccessTokenDesk | undefined;
  readonly tokens: TokenDesk;
  readonly meetings = new MeetingBook();
  readonly applications: ApplicationDesk;
  readonly announcer: Announcer;
  readonly conferences: ConferenceHall;
  readonly invitations: InvitationDesk;
  readonly faults = new FaultBox();
  readonly requests: RequestLog;
  /** Requests under way in batches, by SIP URI. */
  readonly batched = new Map<string, number>();
  /** Filled while the listeners start; the first one always serves discovery. */
  readonly pools: Pool[] = [];
  /** Origin of join URLs; set once the first listener has its port. */
  meetOrigin = '';
  private readonly passBackName = randomUUID();

  constructor(given: WorldSetting) {
    const clock = new MovableClock(given.clock);
    const setting = { ...given, clock };
    this.company = setting.company;
    this.requests = new RequestLog(new SecretRemover(setting.company));
    this.clock = clock;
    this.timers = setting.timers;
    this.switches = setting.switches;
    this.accessTokens = setting.trustedIssuer && new AccessTokenDesk(setting.trustedIssuer, setting);
    this.tokens = new TokenDesk(setting.clock);
    this.announcer = new Announcer({ switches: setting.switches, meetOrigin: () => this.meetOrigin });
    this.conferences = new ConferenceHall(setting.clock, this.announcer);
    this.invitations = new InvitationDesk({ ...setting, announcer: this.announcer, hall: this.conferences });
    this.applications = new ApplicationDesk({
      ...setting,
      onEnd: (application) => {
        this.invitations.leaveAll(application);
      },
    });
  }

  /** Where somebody's applications live: on the home pool, a guest's on that of the organizer. */
  homePoolOf(principal: Principal): Pool | undefined {
    const person =
      principal.kind === 'person' ? principal.person : this.meetings.findByUri(principal.conferenceUri)?.organizer;
    return person && this.homePool(person);
  }

  /**
   * The pool a person is homed on; without a second pool everybody is at home on the first. While that one is down, the
   * other takes its place.
   */
  homePool(person: Person): Pool | undefined {
    const home = (person.secondPool === true ? this.pools[1] : undefined) ?? this.pools[0];
    return home?.condition === 'up' ? home : (this.pools.find(({ condition }) => condition === 'up') ?? home);
  }

  /** Lets a pool fail or come back. Applications end that are not where their owner's home is from now on. */
  async setCondition(pool: Pool, condition: PoolCondition): Promise<void> {
    const wasOpen = pool.condition !== 'closed';
    pool.condition = condition;
    if (wasOpen !== (condition !== 'closed')) await pool.setOpen(condition !== 'closed');
    const reason = condition === 'cannotRedirect' ? cannotRedirect() : applicationNotFound();
    for (const application of this.applications.all()) {
      const { owner, pool: at } = application;
      const home = this.homePoolOf(owner) ?? at;
      if (home !== at || at.condition !== 'up') this.applications.strand(application, reason);
    }
  }

  /** Name of the property that every PUT of this resource has to pass back. */
  passBack(resource: string): string {
    if (!this.switches.passBackPerResource) return this.passBackName;
    // Any name will do as long as it is stable for the resource and differs between resources.
    const digits = createHash('sha256').update(resource).digest('hex').slice(0, 12);
    return `${this.passBackName.slice(0, 24)}${digits}`;
  }

  /** Lets time pass at once, for what is measured and for what is waited for. */
  advance(ms: number): void {
    this.clock.advance(ms);
    this.timers.advance(ms);
    this.sweep();
  }

  /** Lets go of whatever has outlived its time. */
  sweep(): void {
    this.applications.sweep();
    this.tokens.sweep();
    this.meetings.sweep(this.clock.now(), (meeting) => this.conferences.of(meeting) !== undefined);
  }
}
