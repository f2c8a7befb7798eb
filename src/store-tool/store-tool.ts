import { AppError } from '../shared/app-error';

import { commands, type StoreToolDeps } from './commands';

/** What was asked for is no command of the tool; the message lists them. */
export class StoreToolUsageError extends AppError {
  readonly code = 'storeTool.usage';
}

/**
 * Runs one command for the administrator of the database.
 *
 * @param args - the command and what it needs, as typed.
 * @throws StoreToolUsageError, and whatever the command meets.
 */
export async function runStoreTool([name = '', ...args]: readonly string[], deps: StoreToolDeps): Promise<void> {
  const command = commands.find((candidate) => candidate.name === name);
  if (command?.needs.length !== args.length) throw new StoreToolUsageError(usage());
  await command.run(deps, args);
}

function usage(): string {
  const lines = commands.map(({ name, needs, does }) => `  ${[name, ...needs].join(' ').padEnd(16)}${does}`);
  return `Usage: npm run store -- <command>\n${lines.join('\n')}`;
}
