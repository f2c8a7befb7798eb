import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { InvalidSettingError, LocalTeamsError, startLocalTeams } from './index';

const defaultPort = 3979;
const defaultBot = 'http://127.0.0.1:3978/api/messages';

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const botEndpoint = process.env.LOCAL_TEAMS_BOT ?? defaultBot;
  const dataFolder = process.env.DATA_DIR;
  const teams = await startLocalTeams({
    port: readPort(process.env.LOCAL_TEAMS_PORT),
    botEndpoint,
    ...(dataFolder === undefined ? {} : { stateFile: join(dataFolder, 'local-teams.json') }),
  });
  console.log(`Local Teams: open ${teams.url} to chat with the bot at ${botEndpoint}`);

  const stop = (): void => {
    teams.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidSettingError(`LOCAL_TEAMS_PORT must be a port number from 0 to 65535, got "${text}".`);
  }
  return port;
}

main().catch((error: unknown) => {
  console.error(error instanceof LocalTeamsError ? error.message : error);
  process.exit(1);
});
