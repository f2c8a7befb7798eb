import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { commandFiles, commandIdea, NewCommandError, registerCommand } from '../../scripts/command/scaffold';

async function registry(): Promise<string> {
  return readFile(join(__dirname, '..', '..', 'src', 'commands', 'index.ts'), 'utf8');
}

describe('starting a new command', () => {
  it('adds the import in order and the list entry before help', async () => {
    const lines = registerCommand(await registry(), 'remind-all').split('\n');
    const at = lines.indexOf("import { remindAllCommand } from './remind-all';");
    const imports = lines.filter((line) => line.startsWith('import')).map((line) => line.split("'")[1] ?? '');

    assert.notEqual(at, -1);
    assert.deepEqual(
      imports,
      [...imports].sort((a, b) => a.localeCompare(b)),
    );
    assert.equal(lines[lines.indexOf('  remindAllCommand,') + 1], '  helpCommand,');
  });

  it('changes nothing else of the registry', async () => {
    const before = await registry();
    const after = registerCommand(before, 'zoo').split('\n');

    assert.equal(after.filter((line) => !line.includes('zooCommand')).join('\n'), before);
    assert.equal(after.filter((line) => line.includes('zooCommand')).length, 2);
  });

  it('refuses a command that is there already', async () => {
    const before = await registry();

    assert.throws(() => registerCommand(before, 'list'), NewCommandError);
  });

  it('refuses a registry it does not understand', () => {
    assert.throws(() => registerCommand('export const something = [];\n', 'remind'), NewCommandError);
  });

  for (const name of ['', 'Remind', '../remind', 're mind', '1st', 'remind-']) {
    it(`refuses "${name}" as the word of a command`, () => {
      assert.throws(() => commandIdea([name, 'Remind the people']), {
        message: /^A command is a word of small letters/,
      });
    });
  }

  it('refuses a command without a description', () => {
    assert.throws(() => commandIdea(['remind']), { message: /^Say what it does/ });
  });

  it('keeps quotes of the description inside their literal', () => {
    const [source] = commandFiles({ name: 'remind', description: 'Don\'t forget "it"' });

    assert.match(source?.text ?? '', /^ {4}description: 'Don\\'t forget "it"',$/m);
  });
});
