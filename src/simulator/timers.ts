/** Source of "now" in ms since the epoch. */
export interface Clock {
  now(): number;
}

/** A clock that can be put forward. */
export class MovableClock implements Clock {
  private readonly base: Clock;
  private ahead = 0;

  constructor(base: Clock) {
    this.base = base;
  }

  now(): number {
    return this.base.now() + this.ahead;
  }

  /** How far it has been put forward, in ms. */
  get aheadMs(): number {
    return this.ahead;
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}

/** Cancels what was scheduled; harmless when it has run already. */
export type Cancel = () => void;

interface Waiting {
  readonly run: () => void;
  /** Real waits are not cut short by `advance`. */
  readonly real: boolean;
  /** By `performance.now()`. */
  dueAt: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Runs things later, with every delay multiplied by one factor, so that a test does not wait three minutes for a held
 * P-GET. Nothing here keeps the process alive, and `stop` forgets all of it.
 */
export class Timers {
  private readonly scale: number;
  private readonly waiting = new Set<Waiting>();

  constructor(scale: number) {
    this.scale = scale;
  }

  /** Runs `run` once, `ms` × scale milliseconds from now. */
  after(ms: number, run: () => void): Cancel {
    return this.wait(ms * this.scale, run, false);
  }

  /** Runs `run` again and again, `ms` × scale milliseconds apart, until `stop`. */
  every(ms: number, run: () => void): void {
    this.after(ms, () => {
      run();
      this.every(ms, run);
    });
  }

  /** Resolves after exactly `ms` milliseconds, whatever the scale; never once stopped. */
  async realPause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wait(ms, resolve, true);
    });
  }

  /**
   * Lets `ms` (before scale) pass at once: what is due by then runs now, in order, and the rest has less to wait.
   * What those schedule themselves begins to wait after it.
   */
  advance(ms: number): void {
    const all = [...this.waiting].filter(({ real }) => !real).sort((one, other) => one.dueAt - other.dueAt);
    for (const entry of all) {
      entry.dueAt -= ms * this.scale;
      this.arm(entry);
    }
    const now = performance.now();
    for (const entry of all) if (entry.dueAt <= now) this.finish(entry);
  }

  stop(): void {
    for (const { timer } of this.waiting) clearTimeout(timer);
    this.waiting.clear();
  }

  private wait(ms: number, run: () => void, real: boolean): Cancel {
    const entry: Waiting = { run, real, dueAt: performance.now() + ms, timer: undefined };
    this.waiting.add(entry);
    this.arm(entry);
    return () => {
      this.forget(entry);
    };
  }

  private arm(entry: Waiting): void {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(
      () => {
        this.finish(entry);
      },
      Math.max(0, entry.dueAt - performance.now()),
    );
    entry.timer.unref();
  }

  /** Runs it, unless one that ran before has cancelled it. */
  private finish(entry: Waiting): void {
    if (this.forget(entry)) entry.run();
  }

  private forget(entry: Waiting): boolean {
    clearTimeout(entry.timer);
    return this.waiting.delete(entry);
  }
}
