import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { ServerReport } from './messages';

/** The server does not come up, or has gone. */
export class ServerProcessError extends Error {}

/** The simulator in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param people - how many may sign in. @throws ServerProcessError. */
  static async start(people: number): Promise<{ readonly server: ServerProcess; readonly report: ServerReport }> {
    const child = fork(path.join(__dirname, 'server.ts'), [String(people)], { execArgv: ['--import', 'tsx'] });
    return { server: new ServerProcess(child), report: await nextReport(child) };
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it is now. @throws ServerProcessError. */
  async report(): Promise<ServerReport> {
    const answer = nextReport(this.#child);
    this.#child.send('report');
    return answer;
  }

  /** Ends it; resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}

async function nextReport(child: ChildProcess): Promise<ServerReport> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new ServerProcessError('The process of the server has ended'));
    };
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message as ServerReport);
    });
  });
}
