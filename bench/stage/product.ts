import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { surroundings } from '../../test/support/running-confer';

import { StageError } from './errors';

/** Every process that runs; none may outlive this program. */
const running = new Set<Product>();

process.once('exit', () => {
  for (const product of running) product.signal('SIGKILL');
});

/** How a process of the product is started. */
export interface ProductSettings {
  readonly env: Readonly<Record<string, string>>;
  /** For Node.js, before the program: `--cpu-prof`. */
  readonly nodeArguments?: readonly string[];
  /** File that everything it prints is added to. */
  readonly logFile?: string | undefined;
}

/** What a process says of its memory, garbage collected. */
export interface Collected {
  readonly heapBytes: number;
  /** Timers, sockets, files and the like that keep the process from ending. */
  readonly resources: number;
}

/** The product as production runs it, in a process of its own. */
export class Product {
  readonly #process: ChildProcess;
  readonly #logFile: string | undefined;
  #origin = '';
  #metricsUrl = '';
  #errorLines = 0;
  #lastLines: string[] = [];

  private constructor(child: ChildProcess, logFile: string | undefined) {
    this.#process = child;
    this.#logFile = logFile;
    running.add(this);
    child.once('exit', () => running.delete(this));
  }

  /** Resolves when it listens. @throws StageError when it ends before. */
  static async start({ env, nodeArguments = [], logFile }: ProductSettings): Promise<Product> {
    const inside = path.join(__dirname, 'inside.ts');
    const child = spawn(
      process.execPath,
      [...nodeArguments, '--expose-gc', '--import', 'tsx', '--import', inside, 'src/main.ts'],
      // In a group of its own: Ctrl-C is for the program that measures.
      {
        env: { ...surroundings(), LOG_LEVEL: 'info', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      },
    );
    const product = new Product(child, logFile);
    await product.#listening();
    return product;
  }

  /** `http://127.0.0.1:12345` */
  get origin(): string {
    return this.#origin;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Lines of its log that somebody would have to look at. */
  get errorLines(): number {
    return this.#errorLines;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** The page of its metrics. */
  async metrics(signal: AbortSignal): Promise<string> {
    return (await fetch(this.#metricsUrl, { signal })).text();
  }

  /** Lets go of everything that nobody holds any more, and counts what is left. */
  async collect(signal: AbortSignal): Promise<Collected> {
    const answered = once(this.#process, 'message', { signal });
    this.#process.send('collect');
    return ((await answered) as [Collected])[0];
  }

  /** Ends it as an administrator does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#process, 'exit');
    this.signal(how);
    await exited;
  }

  async #listening(): Promise<void> {
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new StageError('the product was started without pipes');
    await new Promise<void>((resolve, reject) => {
      for (const output of [stdout, stderr]) {
        createInterface({ input: output }).on('line', (line) => {
          this.#read(line);
          if (this.#origin !== '') resolve();
        });
      }
      this.#process.once('exit', (code) => {
        reject(new StageError(`the product ended with ${String(code)}:\n${this.#lastLines.join('\n')}`));
      });
    });
  }

  #read(line: string): void {
    if (this.#logFile !== undefined) appendFileSync(this.#logFile, `${line}\n`);
    if (this.#origin === '') this.#lastLines = [...this.#lastLines, line].slice(-20);
    if (line.startsWith('{"level":"error"')) this.#errorLines += 1;
    if (this.#origin !== '' || !line.includes('"event":"started"')) return;
    const { bot, metrics } = JSON.parse(line) as { readonly bot: string; readonly metrics?: string };
    this.#origin = bot;
    this.#metricsUrl = metrics ?? '';
  }
}
