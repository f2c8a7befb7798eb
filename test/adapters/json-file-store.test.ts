import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { JsonFileStore, StoreUnreadableError } from '../../src/adapters/storage/json-file-store';
import { MemoryStore } from '../support/memory-store';

import { storeKeepsItsContract } from './storage-contract';

const DAMAGED = [
  { title: 'cut off', content: '{"records":{"A":' },
  { title: 'empty', content: '' },
  { title: 'a list', content: '[]' },
  { title: 'null', content: 'null' },
  { title: 'something else', content: '{"name":"other program"}' },
  { title: 'records that are none', content: '{"records":null}' },
  { title: 'postings that are none', content: '{"records":{},"postings":{}}' },
  { title: 'outcomes that are none', content: '{"records":{},"outcomes":"x"}' },
];

describe('stores of meetings', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-store-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const file = (): string => path.join(folder, 'confer.json');

  describe('JsonFileStore', () => {
    // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
    storeKeepsItsContract(async () => JsonFileStore.open(folder));

    it('makes its folder, readable for its own account only', async () => {
      await JsonFileStore.open(path.join(folder, 'deep', 'er'));

      const { mode } = await stat(path.join(folder, 'deep', 'er', 'confer.json'));
      assert.equal(mode & 0o077, 0);
    });

    it('remembers everything after it was opened again', async () => {
      const store = await JsonFileStore.open(folder);
      await store.saveOutcome('key', 'A');
      await store.saveList({ personId: 'anna', conversationId: 'a:1' }, ['A']);
      await store.savePosting({
        meetingId: 'A',
        conversationId: 'a:1',
        activityId: '1',
        address: { user: { id: 'x' } },
      });
      await store.close();

      const again = await JsonFileStore.open(folder);

      assert.equal(await again.outcome('key'), 'A');
      assert.deepEqual(await again.lastList({ personId: 'anna', conversationId: 'a:1' }), ['A']);
      assert.deepEqual((await again.postingsOf('A'))[0]?.address, { user: { id: 'x' } });
    });

    it('has what it said it saved on disk at once', async () => {
      const store = await JsonFileStore.open(folder);

      await store.saveOutcome('key', 'A');

      assert.match(await readFile(file(), 'utf8'), /"key":"A"/u);
    });

    it('keeps every one of many saves that come at once, and leaves nothing aside', async () => {
      const store = await JsonFileStore.open(folder);

      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => store.saveOutcome(`key ${String(index)}`, 'A')),
      );

      const again = await JsonFileStore.open(folder);
      assert.equal(await again.outcome('key 0'), 'A');
      assert.equal(await again.outcome('key 199'), 'A');
      assert.deepEqual(await readdir(folder), ['confer.json']);
    });

    it('waits for what is under way before it is closed', async () => {
      const store = await JsonFileStore.open(folder);
      const saves = [store.saveOutcome('a', '1'), store.saveOutcome('b', '2'), store.saveOutcome('c', '3')];

      await store.close();

      assert.match(await readFile(file(), 'utf8'), /"c":"3"/u);
      await Promise.all(saves);
    });

    for (const { title, content } of DAMAGED) {
      it(`refuses a damaged file and does not touch it: ${title}`, async () => {
        await writeFile(file(), content);

        await assert.rejects(JsonFileStore.open(folder), (error) => {
          assert.ok(error instanceof StoreUnreadableError);
          assert.equal(error.code, 'store.unreadable');
          assert.match(error.message, /^DATA_DIR: cannot use .*confer\.json/u);
          return true;
        });
        assert.equal(await readFile(file(), 'utf8'), content);
      });
    }

    it('names the setting when the folder is a file', async () => {
      await writeFile(path.join(folder, 'taken'), '');

      await assert.rejects(JsonFileStore.open(path.join(folder, 'taken')), {
        code: 'store.unreadable',
        message: /^DATA_DIR: cannot use .* \((?:EEXIST|ENOTDIR)\)$/u,
      });
    });

    it('fails the save that cannot be written, and the next one succeeds when it can', async () => {
      const store = await JsonFileStore.open(path.join(folder, 'sub'));
      await rm(path.join(folder, 'sub'), { recursive: true });

      await assert.rejects(store.saveOutcome('a', '1'), { code: 'ENOENT' });
      await assert.rejects(Promise.all([store.saveOutcome('b', '2'), store.saveOutcome('c', '3')]), { code: 'ENOENT' });
      await JsonFileStore.open(path.join(folder, 'sub'));
      await store.saveOutcome('d', '4');

      assert.match(await readFile(path.join(folder, 'sub', 'confer.json'), 'utf8'), /"a":"1".*"d":"4"/u);
    });

    it('forgets the oldest beyond its limits', async function () {
      this.timeout(10_000);
      const outcomes = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key ${String(index)}`, 'x']));
      const postings = Array.from({ length: 5000 }, (_, index) => ({
        ...{ meetingId: 'A', conversationId: 'a:1', activityId: String(index), address: null },
      }));
      await writeFile(file(), JSON.stringify({ records: {}, postings, outcomes }));
      const store = await JsonFileStore.open(folder);

      await store.saveOutcome('key 0', 'y');
      await store.saveOutcome('one more', 'x');
      await store.savePosting({ meetingId: 'A', conversationId: 'a:1', activityId: 'new', address: null });

      assert.equal(await store.outcome('key 0'), 'y');
      assert.equal(await store.outcome('key 1'), undefined);
      assert.equal(await store.outcome('one more'), 'x');
      const kept = (await store.postingsOf('A')).map(({ activityId }) => activityId);
      assert.deepEqual([kept.length, kept[0], kept.at(-1)], [5000, '1', 'new']);
    });
  });

  describe('MemoryStore, the one of the tests', () => {
    // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
    storeKeepsItsContract(async () => Promise.resolve(new MemoryStore()));
  });
});
