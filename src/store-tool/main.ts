import { openDatabase } from '../adapters/storage/storage';
import { ConfigError, loadConfig } from '../config/config';
import { loadEnvFile } from '../config/env-file';
import { AppError } from '../shared/app-error';
import { createJsonLogger } from '../shared/json-logger';

import { runStoreTool } from './store-tool';

async function main(): Promise<void> {
  loadEnvFile();
  // Nobody is let in here: what production asks of the bot need not be given to whoever makes tables.
  const config = loadConfig({ ...process.env, NODE_ENV: '' });
  const log = createJsonLogger({ level: 'warn', now: () => new Date(), write: (line) => process.stderr.write(line) });
  const { dataDir, databaseUrl } = config;
  await runStoreTool(process.argv.slice(2), {
    dataDir,
    databaseUrl,
    open: async () => openDatabase(config, log),
    openEmbedded: async () => openDatabase({ dataDir, databaseUrl: undefined }, log),
    now: () => new Date(),
    write: (line) => {
      console.log(line);
    },
  });
}

main().catch((error: unknown) => {
  const isExpected = error instanceof AppError || error instanceof ConfigError;
  console.error(isExpected ? error.message : error);
  process.exit(1);
});
