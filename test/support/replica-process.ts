import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { surroundings } from './running-confer';

/** One record of a replica's log. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** The product in a process of its own, at ten times its pace, that a test kills, freezes and ends. */
export class Replica {
  readonly #child: ChildProcess;
  readonly #records: LogRecord[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #other: string[] = [];

  private constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', 'test/support/replica.ts'], {
      env: { ...surroundings(), PORT: '0', LOCAL_TEAMS: 'off', LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output !== null) createInterface({ input: output }).on('line', this.#read.bind(this));
    }
    this.#child.once('exit', this.#look.bind(this));
  }

  /** Resolves when it listens. */
  static async start(env: Readonly<Record<string, string>>): Promise<Replica> {
    const replica = new Replica(env);
    await replica.logged('started');
    return replica;
  }

  /** Where it takes activities. */
  get endpoint(): string {
    return `${String(this.of('started')[0]?.bot)}/api/messages`;
  }

  /** Everything it logged of one event. */
  of(event: string): readonly LogRecord[] {
    return this.#records.filter((record) => record.event === event);
  }

  /** Resolves when it has logged this so often. */
  async logged(event: string, times = 1): Promise<void> {
    const isEnough = (): boolean => this.of(event).length >= times;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isEnough() && !this.#isGone()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    assert.ok(isEnough(), `it ended without "${event}": ${this.#other.join('\n')}`);
  }

  /** It does nothing any more, and everything it has stays open. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Asks it to end. @returns its exit code. */
  async end(): Promise<number | null> {
    return this.#exit('SIGTERM');
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#exit('SIGKILL');
  }

  async #exit(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#isGone()) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }

  #isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #read(line: string): void {
    if (line.startsWith('{')) this.#records.push(JSON.parse(line) as LogRecord);
    else this.#other.push(line);
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
