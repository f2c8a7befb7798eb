import { openStore, startConfer } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { createJsonLogger } from '../../src/shared/json-logger';
import { type Pace, usualPace } from '../../src/shared/pace';

/** The pace of the product, ten times as fast: what takes 45 seconds there takes 4.5 here. */
const pace: Pace = { ...usualPace, leaseMs: 3000, receiptMs: 1200, quarantineMs: 8000, lookAgainMs: 1000 };

/** The product in a process of its own. SIGTERM ends it as it ends the product. */
async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const { server, account } = config;
  if (server.kind === 'simulator') throw new TypeError('UCWA_ROOT_URL must be set');
  const log = createJsonLogger({
    level: config.logLevel,
    now: () => new Date(),
    write: (line) => process.stdout.write(line),
  });
  const store = await openStore(config, log);
  const confer = await startConfer({ ...config, server, account }, { log, store, pace });
  process.once('SIGTERM', () => {
    void confer.stop().then(() => process.exit(0));
  });
  log.info('started', { bot: confer.origin });
}

// Nobody is left to stop us.
process.once('disconnect', () => process.exit());

start().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
