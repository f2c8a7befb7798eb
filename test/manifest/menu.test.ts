import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { MENU_SCOPES } from '../../scripts/manifest/command-lists';
import { menuOf } from '../../scripts/manifest/menu';
import { readPackageSettings } from '../../scripts/manifest/settings';
import { makeTeamsApp } from '../../scripts/manifest/teams-app';
import { commands } from '../../src/commands';

const folder = join(__dirname, '..', '..', 'manifest');

describe('command menu of the Teams app', () => {
  it('lists for each scope the commands that the registry has for it, and Teams takes them', async () => {
    const { values } = readPackageSettings({ MICROSOFT_APP_ID: '11111111-2222-3333-4444-555555555555' }, '0.1.0');
    const { commandLists } = await makeTeamsApp({ folder, values, menu: menuOf(commands) });
    const registered = MENU_SCOPES.map((scope) => ({
      scope,
      commands: commands
        .filter(({ menus }) => menus.includes(scope))
        .map(({ name, summary }) => [name, summary('en').description]),
    }));

    assert.deepEqual(
      commandLists.map(({ scopes: [scope], commands }) => ({
        scope,
        commands: commands.map(({ title, description }) => [title, description]),
      })),
      registered,
    );
  });

  it('is written by packaging alone, so that manifest.json has no list that could grow old', async () => {
    assert.ok(!(await readFile(join(folder, 'manifest.json'), 'utf8')).includes('commandLists'));
  });
});
