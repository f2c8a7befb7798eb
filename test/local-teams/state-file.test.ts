import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startLocalTeams, StateFileError } from '../../src/local-teams';

import { Chat } from './support/chat';

const nowhere = 'http://127.0.0.1:9/api/messages';

describe('the state file', () => {
  let folder: string;
  let stateFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-teams-'));
    stateFile = join(folder, 'deep', 'state.json');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('brings the chats of the last run back, and the bot is not greeted again', async () => {
    const first = await Chat.start({ stateFile });
    await first.write('personal-anna', { text: 'remember me' });
    const before = await first.messages('personal-anna');
    await first.stop();

    const second = await Chat.start({ stateFile });
    const after = await second.messages('personal-anna');
    const next = await second.write('personal-anna', { text: 'hi again' });

    assert.deepEqual(after, before);
    assert.ok(Number(next.id) > Number(before.at(-1)?.id));
    assert.deepEqual(second.bot.ofType('installationUpdate'), []);
    await second.stop();
  });

  it('stops the start with a clear sentence when it holds something else', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"version":99}');

    await assert.rejects(startLocalTeams({ botEndpoint: nowhere, stateFile: path }), StateFileError);
    assert.equal(await readFile(path, 'utf8'), '{"version":99}');
  });

  it('is emptied by a reset', async () => {
    const chat = await Chat.start({ stateFile });
    await chat.write('personal-anna', { text: 'forget me' });

    const { status } = await chat.request('DELETE', '/api/state');

    assert.equal(status, 204);
    assert.deepEqual(await chat.messages('personal-anna'), []);
    await chat.stop();
    assert.doesNotMatch(await readFile(stateFile, 'utf8'), /forget me/);
  });
});
