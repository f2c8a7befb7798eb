import { loadEnvFile } from '../config/env-file';
import { startSimulator } from '../simulator';

import { examine } from './doctor';

async function main(): Promise<void> {
  loadEnvFile();
  const interrupted = new AbortController();
  const stop = (): void => {
    interrupted.abort(new DOMException('interrupted', 'AbortError'));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const isFine = await examine(
    {
      env: process.env,
      nodeVersion: process.versions.node,
      now: () => new Date(),
      startDemoServer: async () => startSimulator({ port: 0 }),
      write: (line) => {
        console.log(line);
      },
    },
    interrupted.signal,
  );
  process.exit(isFine ? 0 : 1);
}

main().catch((error: unknown) => {
  const isInterrupted = error instanceof DOMException && error.name === 'AbortError';
  console.error(isInterrupted ? 'Interrupted.' : error);
  process.exit(1);
});
