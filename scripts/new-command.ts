/**
 * `npm run new:command -- <word> "<what it does>"`: starts a chat command from a working example with a test, and adds
 * it to the registry, and with that to help and to the Teams command menu.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { commandFiles, commandIdea, NewCommandError, registerCommand } from './command/scaffold';

const root = join(__dirname, '..');
const registryPath = join(root, 'src', 'commands', 'index.ts');

async function main(): Promise<void> {
  const idea = commandIdea(process.argv.slice(2));
  const registry = registerCommand(await readFile(registryPath, 'utf8'), idea.name);
  const files = commandFiles(idea);
  const taken = files.find(({ path }) => existsSync(join(root, path)));
  if (taken !== undefined) throw new NewCommandError(`${taken.path} exists already: nothing was written.`);
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
  await writeFile(registryPath, registry);
  console.log(`Added ${idea.name} to src/commands/index.ts. Try it: npm start, then say "${idea.name}".`);
}

main().catch((error: unknown) => {
  console.error(error instanceof NewCommandError ? error.message : error);
  process.exitCode = 1;
});
