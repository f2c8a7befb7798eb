/** Source of "now" in ms since the epoch. */
export interface Clock {
  now(): number;
}

/** Cancels what was scheduled; harmless when it has run already. */
export type Cancel = () => void;

/**
 * Runs things later, with every delay multiplied by one factor, so that a test does not wait three minutes for a held
 * P-GET. Nothing here keeps the process alive, and `stop` forgets all of it.
 */
export class Timers {
  private readonly scale: number;
  private readonly running = new Set<NodeJS.Timeout>();

  constructor(scale: number) {
    this.scale = scale;
  }

  /** Runs `run` once, `ms` × scale milliseconds from now. */
  after(ms: number, run: () => void): Cancel {
    const timer = setTimeout(() => {
      this.running.delete(timer);
      run();
    }, ms * this.scale);
    timer.unref();
    this.running.add(timer);
    return () => {
      clearTimeout(timer);
      this.running.delete(timer);
    };
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
      this.after(ms / this.scale, resolve);
    });
  }

  stop(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
