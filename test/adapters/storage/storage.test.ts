import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openStorage } from '../../../src/adapters/storage/storage';
import { RecordingLogger } from '../../support/recording-logger';

describe('openStorage', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-storage-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const open = async () => openStorage({ dataDir: folder, databaseUrl: undefined }, new RecordingLogger());

  it('lets what an earlier process had begun go on at once', async () => {
    const first = await open();
    await first.journal.accept({
      ...{ id: 'A', kind: 'new', personId: 'anna', conversationId: 'a:1', activityId: '1', request: {} },
    });
    await first.journal.claim('first', 30_000);
    await first.close();

    const second = await open();
    const claimed = await second.journal.claim('second', 30_000);
    await second.close();

    assert.deepEqual([claimed?.id, claimed?.attempts, claimed?.epoch], ['A', 1, 2]);
  });

  it('makes a secret once', async () => {
    const first = await open();
    const [one, two] = await Promise.all([first.secret('confer x'), first.secret('confer x')]);
    await first.close();

    const second = await open();
    const three = await second.secret('confer x');
    await second.close();

    assert.deepEqual([one.length, one, two], [32, two, three]);
  });
});
