import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { surroundings } from '../../test/support/running-confer';

/** The server to compare with, in a process of its own. */
export class Bare {
  readonly #process: ChildProcess;
  readonly origin: string;

  private constructor(child: ChildProcess, origin: string) {
    this.#process = child;
    this.origin = origin;
  }

  static async start(): Promise<Bare> {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'bare-server.ts')], {
      env: surroundings(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
    return new Bare(child, origin);
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
