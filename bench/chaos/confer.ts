import { openStore, startConfer } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { createJsonLogger } from '../../src/shared/json-logger';

import { NaiveJournal } from './naive-journal';
import { chaosPace } from './pace';

/** The product in a process of its own, at the pace of the program that kills it. */
async function start(isNaive: boolean): Promise<void> {
  const config = loadConfig(process.env);
  const { server, account } = config;
  if (server.kind === 'simulator') throw new TypeError('UCWA_ROOT_URL must be set');
  const log = createJsonLogger({
    level: config.logLevel,
    now: () => new Date(),
    write: (line) => process.stdout.write(line),
  });
  const store = await openStore(config, log);
  const journal = isNaive ? await NaiveJournal.open() : store.journal;
  const { origin } = await startConfer({ ...config, server, account }, { log, store, journal, pace: chaosPace });
  process.send?.({ state: 'listening', origin });
}

process.once('disconnect', () => {
  process.exit();
});

// Loading takes longer than a process lives in the storm: it is done ahead of time.
process.once('message', () => {
  start(process.argv.includes('--naive')).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.send?.({ state: 'loaded' });
