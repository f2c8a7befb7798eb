import { randomInt } from 'node:crypto';

import { EventChannel } from '../events/event-channel';
import { applicationNotFound, UcwaProblem } from '../http/problem';
import type { Switches } from '../switches';
import type { Clock, Timers } from '../timers';

import { Hrefs } from './hrefs';
import type { Pool } from './pool';
import { type Principal, uriOf } from './principal';
import type { Application, ApplicationInput } from './session';

const SILENCE_MS = 15 * 60_000;
const REMEMBER_ENDED_MS = 60 * 60_000;

/** What creating an application came to. */
export interface Admission {
  readonly application: Application;
  /** False when this instance had been there already. */
  readonly created: boolean;
}

/** The surroundings an application desk works in. */
export interface ApplicationDeskSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly switches: Switches;
  /** Called once for each application that ends, for whatever reason, before its event channels are closed. */
  readonly onEnd: (application: Application) => void;
}

/** All applications of all pools: their identity, their number per person, and their death by silence. */
export class ApplicationDesk {
  private readonly applications = new Map<string, Application>();
  /** Why an application that is gone answers something else than 404. */
  private readonly ended = new Map<string, { problem: UcwaProblem; at: number }>();
  private readonly setting: ApplicationDeskSetting;

  constructor(setting: ApplicationDeskSetting) {
    this.setting = setting;
  }

  /** Creates an application, or finds the one with the same identity. */
  admit(owner: Principal, pool: Pool, input: ApplicationInput): Admission {
    const same = this.of(owner).find(
      (application) => application.pool === pool && sameIdentity(application.input, input),
    );
    if (same !== undefined) {
      if (same.channels.has(input.instanceId)) return { application: same, created: false };
      same.channels.set(input.instanceId, this.channel(same, input.instanceId));
      return { application: same, created: true };
    }
    this.makeRoom(owner);
    const application: Application = {
      id: `103${String(randomInt(100_000_000, 999_999_999))}`,
      pool,
      owner,
      input,
      createdAt: this.setting.clock.now(),
      channels: new Map(),
      conversations: new Map(),
      invitations: new Map(),
      operationIds: new Set(),
      madeAvailable: false,
      etag: String(randomInt(1_000_000_000, 4_000_000_000)),
    };
    application.channels.set(input.instanceId, this.channel(application, input.instanceId));
    this.applications.set(application.id, application);
    return { application, created: true };
  }

  /**
   * The application a request is about.
   *
   * @throws UcwaProblem 404 ApplicationNotFound, or the 410 it ended with.
   */
  find(id: string, caller: Principal, pool: Pool): Application {
    this.sweep();
    const ended = this.ended.get(id);
    if (ended !== undefined) throw ended.problem;
    const application = this.applications.get(id);
    if (application?.pool !== pool || uriOf(application.owner) !== uriOf(caller)) throw applicationNotFound();
    if (this.setting.switches.disallowedUserAgents.includes(application.input.userAgent)) {
      this.end(application, new UcwaProblem(410, 'UserAgentNotAllowed', { message: 'This client is not allowed.' }));
      return this.find(id, caller, pool);
    }
    return application;
  }

  all(): readonly Application[] {
    return [...this.applications.values()];
  }

  /** Ends one instance; the application goes with its last one. */
  leave(application: Application, instanceId: string): void {
    const channel = application.channels.get(instanceId);
    if (channel === undefined) throw applicationNotFound();
    if (application.channels.size === 1) {
      this.end(application);
      return;
    }
    application.channels.delete(instanceId);
    channel.close(applicationNotFound());
  }

  /** Ends applications that have been silent too long, and forgets why others ended. */
  sweep(): void {
    const now = this.setting.clock.now();
    for (const application of this.applications.values()) {
      const channels = [...application.channels.values()];
      const silent = channels.every((channel) => !channel.isHeld && now - channel.lastReleaseAt > SILENCE_MS);
      if (silent) this.expire(application);
    }
    for (const [id, { at }] of this.ended) if (now - at > REMEMBER_ENDED_MS) this.ended.delete(id);
  }

  /** Ends an application as if it had been silent for 15 minutes. */
  expire(application: Application): void {
    const gone = this.setting.switches.expiredApplicationStatus === 410;
    const message = 'The application was terminated because it was inactive.';
    this.end(application, gone ? new UcwaProblem(410, 'InactiveApplicationExpired', { message }) : undefined);
  }

  /** Ends an application whose pool is not its owner's home any more; held P-GETs are told why. */
  strand(application: Application, reason: UcwaProblem): void {
    this.applications.delete(application.id);
    this.setting.onEnd(application);
    for (const channel of application.channels.values()) channel.close(reason);
  }

  private end(application: Application, problem?: UcwaProblem): void {
    if (problem !== undefined) this.ended.set(application.id, { problem, at: this.setting.clock.now() });
    this.strand(application, problem ?? applicationNotFound());
  }

  private of(owner: Principal): readonly Application[] {
    return this.all().filter((application) => uriOf(application.owner) === uriOf(owner));
  }

  private makeRoom(owner: Principal): void {
    const mine = this.of(owner);
    const oldest = mine[0];
    if (oldest === undefined || mine.length < this.setting.switches.applicationLimit) return;
    this.end(oldest, new UcwaProblem(410, 'TooManyApplications', { message: 'Too many applications are running.' }));
  }

  private channel(application: Application, instanceId: string): EventChannel {
    const { clock, timers, switches } = this.setting;
    const channel: EventChannel = new EventChannel(clock, timers, {
      href: (ack) =>
        new Hrefs(switches.pathStyle, { id: application.id, instanceId }).events(
          ack,
          switches.eventsKey ? channel.key : undefined,
        ),
      withoutEmbedded: () => switches.eventsWithoutEmbedded,
      splitSenders: () => switches.splitSenders,
    });
    return channel;
  }
}

function sameIdentity(one: ApplicationInput, other: ApplicationInput): boolean {
  return (
    one.culture === other.culture &&
    one.endpointId === other.endpointId &&
    one.userAgent === other.userAgent &&
    one.type === other.type
  );
}
