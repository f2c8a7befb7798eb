import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Every product that is running; none may outlive the tests. */
const started = new Set<RunningConfer>();

process.once('exit', () => {
  for (const confer of started) confer.kill();
});

/** The whole product as `npm start` runs it, in a process of its own, on free ports and with an empty data folder. */
export class RunningConfer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  /** Everything printed so far, a line each. */
  readonly lines: string[] = [];
  /** Address of the chat page; empty without the local Teams. */
  page = '';
  bot = '';
  server = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#process = child;
    this.#folder = folder;
    started.add(this);
  }

  /** Stops what a test that failed half-way has left running. */
  static async stopAll(): Promise<void> {
    for (const confer of [...started]) await confer.stop();
  }

  /** Starts the product and waits until it says that it is ready. */
  static async start(settings: Record<string, string> = {}): Promise<RunningConfer> {
    const folder = settings.DATA_DIR ?? (await mkdtemp(path.join(os.tmpdir(), 'confer-test-')));
    const ports = { PORT: '0', SIMULATOR_PORT: '0', LOCAL_TEAMS_PORT: '0' };
    // Tests ask more in a minute than people do.
    const limits = { LIMIT_PER_PERSON_PER_MINUTE: '0', LIMIT_PER_CONVERSATION_PER_MINUTE: '0' };
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      env: { ...surroundings(), LOG_LEVEL: 'info', ...ports, ...limits, DATA_DIR: folder, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const confer = new RunningConfer(child, folder);
    await confer.#ready();
    return confer;
  }

  /** Ends the process at once. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Sends a signal. */
  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Resolves with the exit code when the process has ended. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
    return this.#process.exitCode;
  }

  /** Ends the process as a crash does, and leaves its data. */
  async crash(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.kill();
    await exited;
    started.delete(this);
  }

  /** Talks to the simulator's control endpoint. */
  async control(method: string, route: string, body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(route, this.server), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${String(response.status)} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  /** Sends the signal Ctrl-C sends. @returns the exit code. */
  async stop(options: { keepData?: boolean } = {}): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGINT');
      await exited;
    }
    started.delete(this);
    if (options.keepData !== true) await rm(this.#folder, { recursive: true, force: true });
    return this.#process.exitCode;
  }

  get folder(): string {
    return this.#folder;
  }

  async #ready(): Promise<void> {
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error('the product was started without pipes');
    createInterface({ input: stderr }).on('line', (line) => this.lines.push(line));
    const output = createInterface({ input: stdout });
    await new Promise<void>((resolve, reject) => {
      output.on('line', (line) => {
        this.lines.push(line);
        this.#read(line);
        if (line.startsWith('Confer is ready')) resolve();
      });
      this.#process.once('exit', (code) => {
        reject(new Error(`the product ended with ${String(code)}:\n${this.lines.join('\n')}`));
      });
    });
  }

  #read(line: string): void {
    if (!line.startsWith('{')) return;
    const record = JSON.parse(line) as Record<string, string>;
    if (record.event !== 'started') return;
    this.bot = record.bot ?? '';
    this.server = record.server ?? '';
    this.page = record.page ?? '';
  }
}

/** What any process needs; settings of the machine must not reach the product under test. */
export function surroundings(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'NODE_OPTIONS'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
