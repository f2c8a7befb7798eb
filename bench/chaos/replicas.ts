import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { surroundings } from '../../test/support/running-confer';

import type { Random } from './random';

/** How the processes are run. */
export interface ReplicaSettings {
  readonly count: number;
  /** So many beyond those that listen have loaded before the storm, or are loading: loading takes seconds. */
  readonly spares: number;
  readonly env: Readonly<Record<string, string>>;
  readonly isNaive: boolean;
  /** File that what they log is added to; undefined: nowhere. */
  readonly logFile: string | undefined;
}

/** One process: it loads, waits until it is needed, and listens. */
interface Replica {
  readonly child: ChildProcess;
  state: 'loading' | 'loaded' | 'starting' | 'listening' | 'killed';
  origin: string;
}

type Told = { readonly state: 'loaded' } | { readonly state: 'listening'; readonly origin: string };

/** The processes of the product, which are killed again and again and always come back. */
export class Replicas {
  readonly #settings: ReplicaSettings;
  readonly #replicas = new Set<Replica>();
  #isStopping = false;
  #kills = 0;
  #falls = 0;

  constructor(settings: ReplicaSettings) {
    this.#settings = settings;
    this.#fill();
  }

  get kills(): number {
    return this.#kills;
  }

  /** How many ended by themselves that had listened. */
  get falls(): number {
    return this.#falls;
  }

  /** Addresses of those that listen. */
  get origins(): readonly string[] {
    return this.#in('listening').map(({ origin }) => origin);
  }

  /** Resolves when all of them listen and the others have loaded. */
  async ready(): Promise<void> {
    while (this.origins.length < this.#settings.count || this.#in('loading').length > 0) await sleep(50);
  }

  /** Kills one that listens, if another has loaded to take its place at once. */
  killOne(random: Random): void {
    const listening = this.#in('listening');
    if (listening.length === 0 || this.#in('loaded').length === 0) return;
    const killed = random.pick(listening);
    killed.state = 'killed';
    this.#kills += 1;
    killed.child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { child } of this.#replicas) child.kill('SIGKILL');
    while (this.#replicas.size > 0) await sleep(20);
  }

  #in(...states: readonly Replica['state'][]): Replica[] {
    return [...this.#replicas].filter(({ state }) => states.includes(state));
  }

  /** As many as wanted work, and the spares have loaded. A killed one counts until it is gone: its lock is still held. */
  #fill(): void {
    if (this.#isStopping) return;
    const { count, spares } = this.#settings;
    while (this.#in('loading', 'loaded').length < spares) this.#spawn();
    for (const replica of this.#in('loaded').slice(
      0,
      Math.max(0, count - this.#in('starting', 'listening', 'killed').length),
    )) {
      replica.state = 'starting';
      replica.child.send('start');
    }
  }

  #spawn(): void {
    const { env, isNaive, logFile } = this.#settings;
    const args = ['--import', 'tsx', 'bench/chaos/confer.ts', ...(isNaive ? ['--naive'] : [])];
    const child = spawn(process.execPath, args, {
      env: { ...surroundings(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const replica: Replica = { child, state: 'loading', origin: '' };
    this.#replicas.add(replica);
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (lines: Buffer) => {
        if (logFile !== undefined) appendFileSync(logFile, lines);
      });
    }
    child.on('message', (message) => {
      Object.assign(replica, message as Told);
      this.#fill();
    });
    child.once('exit', () => {
      if (replica.state === 'listening' && !this.#isStopping) this.#falls += 1;
      this.#replicas.delete(replica);
      this.#fill();
    });
  }
}
