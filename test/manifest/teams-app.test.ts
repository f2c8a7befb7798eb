import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CommandMenuEntry } from '../../scripts/manifest/command-lists';
import { ManifestError, type ManifestErrorCode } from '../../scripts/manifest/errors';
import { asObject, type CommandLimits, commandLimits, readTeamsSchema } from '../../scripts/manifest/schema';
import { type Environment, readPackageSettings } from '../../scripts/manifest/settings';
import { makeTeamsApp, type TeamsApp } from '../../scripts/manifest/teams-app';

import { unzipStored } from './unzip';

const folder = join(__dirname, '..', '..', 'manifest');

const environment = {
  MICROSOFT_APP_ID: '11111111-2222-3333-4444-555555555555',
  UCWA_MEET_HOSTS: 'meet.contoso.com, dialin.contoso.com:8443',
} satisfies Environment;

const menu: readonly CommandMenuEntry[] = [
  { title: 'start', description: 'Meet now', scopes: ['personal', 'team', 'groupChat'] },
  { title: 'list', description: 'Show what is planned', scopes: ['personal'] },
];

async function make(changes: { menu?: readonly CommandMenuEntry[]; env?: Environment } = {}): Promise<TeamsApp> {
  const { values, webApplicationInfo } = readPackageSettings({ ...environment, ...changes.env }, '0.1.0');
  return makeTeamsApp({ folder, values, webApplicationInfo, menu: changes.menu ?? menu });
}

/** As many menu entries as asked for, all in group chats. */
function manyCommands(count: number): CommandMenuEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `command${String(index)}`,
    description: 'Does something',
    scopes: ['groupChat'],
  }));
}

async function rejectsWith(promise: Promise<unknown>, code: ManifestErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ManifestError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

describe('package of the Teams app', () => {
  let limits: CommandLimits;

  before(() => {
    limits = commandLimits(readTeamsSchema('1.25'));
  });

  it('holds the filled manifest and the icons it names', async () => {
    const { archive, manifest } = await make();
    const files = unzipStored(archive);

    assert.deepEqual([...files.keys()], ['manifest.json', 'color.png', 'outline.png']);
    assert.deepEqual(JSON.parse(String(files.get('manifest.json'))), manifest);
    assert.deepEqual(files.get('color.png'), await readFile(join(folder, 'color.png')));
    assert.deepEqual(files.get('outline.png'), await readFile(join(folder, 'outline.png')));
  });

  it('lets nobody sign in unless the bot has a connection for that', async () => {
    const { manifest } = await make();

    assert.equal(manifest.webApplicationInfo, undefined);
    assert.deepEqual(manifest.validDomains, ['meet.contoso.com', 'dialin.contoso.com']);
  });

  it('names the app people sign in to, and where its window is', async () => {
    const id = environment.MICROSOFT_APP_ID;

    const { manifest } = await make({ env: { MICROSOFT_APP_OAUTH_CONNECTION: 'confer' } });

    assert.deepEqual(manifest.webApplicationInfo, { id, resource: `api://botid-${id}` });
    assert.deepEqual(manifest.validDomains, ['meet.contoso.com', 'dialin.contoso.com', 'token.botframework.com']);
  });

  it('names the app of its own that a managed identity needs', async () => {
    const id = '99999999-2222-3333-4444-555555555555';
    const env = { MICROSOFT_APP_OAUTH_CONNECTION: 'confer', MICROSOFT_APP_SIGN_IN_ID: id };

    const { manifest } = await make({ env });

    assert.deepEqual(manifest.webApplicationInfo, { id, resource: `api://botid-${id}` });
  });

  it('declares one bot in personal chat, teams and group chats with the ids of the environment', async () => {
    const { manifest } = await make({ env: { TEAMS_APP_ID: '99999999-2222-3333-4444-555555555555' } });
    const [bot, ...others] = manifest.bots as unknown[];

    assert.equal(manifest.id, '99999999-2222-3333-4444-555555555555');
    assert.equal(asObject(bot).botId, environment.MICROSOFT_APP_ID);
    assert.deepEqual(asObject(bot).scopes, ['personal', 'team', 'groupChat']);
    assert.equal(others.length, 0);
  });

  it('leaves no placeholder and lists the meeting hosts without their ports', async () => {
    const { manifest } = await make();

    assert.ok(!JSON.stringify(manifest).includes('${{'));
    assert.deepEqual(manifest.validDomains, ['meet.contoso.com', 'dialin.contoso.com']);
  });

  it('makes a command list for each scope that has commands', async () => {
    const { manifest } = await make();

    assert.deepEqual(asObject((manifest.bots as unknown[])[0]).commandLists, [
      {
        scopes: ['personal'],
        commands: [
          { title: 'start', description: 'Meet now' },
          { title: 'list', description: 'Show what is planned' },
        ],
      },
      { scopes: ['team'], commands: [{ title: 'start', description: 'Meet now' }] },
      { scopes: ['groupChat'], commands: [{ title: 'start', description: 'Meet now' }] },
    ]);
  });

  it('has the same bytes each time', async () => {
    assert.ok((await make()).archive.equals((await make()).archive));
  });

  it('takes as many commands as the schema allows and refuses one more', async () => {
    await make({ menu: manyCommands(limits.commandsPerList) });

    await rejectsWith(
      make({ menu: manyCommands(limits.commandsPerList + 1) }),
      'CommandsTooMany',
      /^The command menu for groupChat has 13 commands, but Teams shows at most 12: take some out of the menu\.$/,
    );
  });

  it('takes titles and descriptions as long as the schema allows and refuses longer or empty ones', async () => {
    const scopes = ['personal'] as const;
    const title = 'x'.repeat(limits.titleLength);
    const description = 'x'.repeat(limits.descriptionLength);
    await make({ menu: [{ title, description, scopes }] });

    await rejectsWith(
      make({ menu: [{ title: `${title}x`, description, scopes }] }),
      'SchemaViolated',
      /^The title of the command "x{40}" has 129 characters, but Teams takes at most 128\.$/,
    );
    await rejectsWith(
      make({ menu: [{ title: 'start', description: `${description}x`, scopes }] }),
      'SchemaViolated',
      /^The description of the command "start" has 4001 characters, but Teams takes at most 4000\.$/,
    );
    await rejectsWith(
      make({ menu: [{ title: 'start', description: '', scopes }] }),
      'SchemaViolated',
      /^The description of the command "start" is empty\.$/,
    );
  });

  it('reports everything the schema objects to', async () => {
    await rejectsWith(
      make({ env: { DEVELOPER_NAME: 'A developer name that is longer than Teams wants it to be' } }),
      'SchemaViolated',
      /^manifest\.json does not fit the Teams schema: \/developer\/name must NOT have more than 32 characters/,
    );
  });

  describe('from another manifest.json', () => {
    let elsewhere: string;

    beforeEach(async () => {
      elsewhere = await mkdtemp(join(tmpdir(), 'confer-manifest-'));
    });

    afterEach(async () => {
      await rm(elsewhere, { recursive: true, force: true });
    });

    async function makeFrom(changes: Record<string, unknown>): Promise<TeamsApp> {
      const original = asObject(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
      await writeFile(join(elsewhere, 'manifest.json'), JSON.stringify({ ...original, ...changes }));
      return makeTeamsApp({ folder: elsewhere, values: readPackageSettings(environment, '0.1.0').values, menu });
    }

    it('refuses a placeholder nobody fills', async () => {
      await rejectsWith(
        makeFrom({ accentColor: '${{COLOUR}}' }),
        'PlaceholderUnknown',
        /^manifest\.json holds \$\{\{COLOUR\}\}, which has no text to put there\.$/,
      );
    });

    it('refuses a property the schema does not know', async () => {
      await rejectsWith(makeFrom({ colour: 'blue' }), 'SchemaViolated', /must NOT have additional properties.*colour/);
    });

    it('refuses a schema version that is not carried', async () => {
      await rejectsWith(
        makeFrom({ manifestVersion: '9.9' }),
        'SchemaViolated',
        /^manifestVersion "9\.9" has no schema/,
      );
    });

    it('refuses a second bot', async () => {
      await rejectsWith(
        makeFrom({ bots: [{}, {}] }),
        'SchemaViolated',
        /^manifest\.json must declare exactly one bot\.$/,
      );
    });
  });
});
