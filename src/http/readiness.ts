/** Something that must be well before this process should get work. True when it is; asked at every probe. */
export type ReadinessCheck = () => boolean;

/** What `GET /readyz` says. */
export interface ReadinessReport {
  readonly status: 'ready' | 'notReady';
  /** Names of the checks that fail: fixed words of this program. */
  readonly waitingFor: readonly string[];
}

/** Whether a balancer should send work here. A server that is down elsewhere is no reason to say no. */
export class Readiness {
  readonly #checks: Readonly<Record<string, ReadinessCheck>>;

  /** @param checks - by the name that the report gives them. */
  constructor(checks: Readonly<Record<string, ReadinessCheck>>) {
    this.#checks = checks;
  }

  /** Asks every check. */
  report(): ReadinessReport {
    const waitingFor = Object.entries(this.#checks)
      .filter(([, isWell]) => !isWell())
      .map(([name]) => name);
    return { status: waitingFor.length === 0 ? 'ready' : 'notReady', waitingFor };
  }
}
