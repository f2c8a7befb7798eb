import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlPostStore } from '../../../src/adapters/storage/sql-post-store';
import type { CardUpdate, CardWanted, Line, LineWanted } from '../../../src/posts/ports';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const LEASE = 30_000;

function card(activityId: string, over: Partial<CardWanted> = {}): CardWanted {
  return {
    ...{ activityId, conversationId: 'a:1', meetingId: 'M1', personId: 'anna' },
    address: { serviceUrl: 'https://smba.trafficmanager.net/emea/' },
    ...over,
  };
}

function line(id: string, over: Partial<LineWanted> = {}): LineWanted {
  return { id, conversationId: 'a:1', group: 'g', address: { at: id }, content: { says: id }, ...over };
}

describe('SqlPostStore', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlPostStore;
      let now = 1_780_000_000_000;

      before(async () => {
        home = await newHome();
        database = await openMigrated(home);
      });

      beforeEach(async () => {
        await database.db.deleteFrom('card_updates').execute();
        await database.db.deleteFrom('lines').execute();
        now = 1_780_000_000_000;
        store = new SqlPostStore(database, () => now);
      });

      after(async () => {
        await database.close();
        await home.remove();
      });

      const wantCards = async (...cards: CardWanted[]): Promise<void> => store.want({ cards, lines: [], gatherMs: 0 });
      const wantLines = async (...lines: LineWanted[]): Promise<void> => store.want({ cards: [], lines, gatherMs: 0 });
      const claim = async (holder = 'one', most = 10): Promise<readonly CardUpdate[]> =>
        store.claimCards(holder, { leaseMs: LEASE, most });
      const claimOne = async (holder?: string): Promise<CardUpdate> => {
        const [only, ...others] = await claim(holder);
        assert.ok(only !== undefined && others.length === 0);
        return only;
      };
      const says = (lines: readonly Line[]): unknown[] => lines.map(({ content }) => content);

      it('gives back what is wanted', async () => {
        await wantCards(card('1'));

        const { wanted, attempts, ageMs, epoch, ...given } = await claimOne();

        assert.deepEqual(given, card('1'));
        assert.deepEqual([wanted, attempts, ageMs], [1, 0, 0]);
        assert.equal(epoch, now + 1);
      });

      it('gives each card to one of many who ask at once', async () => {
        await wantCards(...Array.from({ length: 30 }, (_, index) => card(String(index))));

        const claims = await Promise.all(Array.from({ length: 8 }, async (_, who) => claim(String(who), 5)));

        const ids = claims.flat().map(({ activityId }) => activityId);
        assert.equal(new Set(ids).size, ids.length);
        assert.ok(ids.length >= 25, `${String(ids.length)} of 30 were claimed`);
        assert.ok(claims.every(({ length }) => length <= 5));
      });

      it('wants the newest state of a card only, however often its meeting changed', async () => {
        for (let change = 0; change < 5; change += 1) await wantCards(card('1'));

        const claimed = await claimOne();
        await store.cardShown(claimed);

        assert.equal(claimed.wanted, 5);
        assert.deepEqual(await claim(), []);
        assert.equal(await store.dueIn(), undefined);
      });

      it('wants a card once more when its meeting changed while it was updated', async () => {
        await wantCards(card('1'));
        const first = await claimOne();
        await wantCards(card('1'));

        const meanwhile = await claim('another');
        await store.cardShown(first);
        const again = await claimOne();

        assert.deepEqual(meanwhile, []);
        assert.equal(again.wanted, 2);
      });

      it('tells whoever works on a card that something newer is wanted', async () => {
        await wantCards(card('1'));
        const first = await claimOne();
        await wantCards(card('1'));

        assert.equal((await store.keepCard(first, LEASE))?.wanted, 2);
      });

      it('gives a card to another when its holder died, and lets the holder change nothing afterwards', async () => {
        await wantCards(card('1'));
        const old = await claimOne('frozen');
        now += LEASE;

        const taken = await claimOne('next');
        await store.putOffCard(old, { delayMs: 600_000, counts: true });
        await store.dropCard(old);

        assert.equal(await store.keepCard(old, LEASE), undefined);
        assert.equal((await store.keepCard(taken, LEASE))?.attempts, 0);
      });

      it('wants a card once more that somebody updated after losing it: it may show an older state', async () => {
        await wantCards(card('1'));
        const old = await claimOne('frozen');
        now += LEASE;
        await store.cardShown(await claimOne('next'));
        assert.equal((await store.waiting()).cards, 0);

        await store.cardShown(old);

        assert.equal((await claimOne()).activityId, '1');
      });

      it('tries again when it is time, and counts only real tries', async () => {
        await wantCards(card('1'));
        await store.putOffCard(await claimOne(), { delayMs: 1000, counts: true });

        assert.equal(await store.dueIn(), 1000);
        assert.deepEqual(await claim(), []);
        now += 1000;
        await store.putOffCard(await claimOne(), { delayMs: 0, counts: false });
        assert.equal((await claimOne()).attempts, 1);
      });

      it('forgets failures with the next change', async () => {
        await wantCards(card('1'));
        await store.putOffCard(await claimOne(), { delayMs: 60_000, counts: true });

        await wantCards(card('1'));

        assert.equal((await claimOne()).attempts, 0);
      });

      it('lets a card rest without looking at it again', async () => {
        await wantCards(card('1'));
        await store.parkCard(await claimOne());
        now += 24 * 60 * 60 * 1000;

        assert.deepEqual([await claim(), await store.dueIn(), (await store.waiting()).cards], [[], undefined, 0]);
      });

      it('takes a line once, also when what it was written for is done again', async () => {
        await wantLines(line('1'));
        await store.endLines(await store.claimLines('one', LEASE));

        await wantLines(line('1'));

        assert.deepEqual(await store.claimLines('one', LEASE), []);
      });

      it('keeps nothing of what was said but that it was', async () => {
        await wantLines(line('1'));
        await store.endLines(await store.claimLines('one', LEASE));

        const row = await database.db.selectFrom('lines').selectAll().executeTakeFirstOrThrow();
        assert.deepEqual([row.id, row.content, row.address], ['1', null, null]);
      });

      it('gathers lines of one group for a while, and of no other', async () => {
        const lines = [line('1'), line('2', { group: 'h' })];
        await store.want({ cards: [], lines, gatherMs: 3000 });
        now += 1000;
        await store.want({ cards: [], lines: [line('3')], gatherMs: 3000 });

        assert.deepEqual(await store.claimLines('one', LEASE), []);
        now += 2000;
        const groups = [await store.claimLines('one', LEASE), await store.claimLines('one', LEASE)];

        assert.deepEqual(
          groups.map(says).sort((one, other) => other.length - one.length),
          [[{ says: '1' }, { says: '3' }], [{ says: '2' }]],
        );
      });

      it('says no line again whose holder died after it was about to say it', async () => {
        await wantLines(line('1'));
        const claimed = await store.claimLines('one', LEASE);
        assert.equal((await store.aboutToSay(claimed)).length, 1);

        now += LEASE;

        assert.deepEqual(await store.claimLines('next', LEASE), []);
        assert.equal(await store.dueIn(), undefined);
      });

      it('says a line after all whose holder died before', async () => {
        await wantLines(line('1'));
        const old = await store.claimLines('frozen', LEASE);
        now += LEASE;

        const taken = await store.claimLines('next', LEASE);

        assert.deepEqual(says(taken), [{ says: '1' }]);
        assert.deepEqual(await store.aboutToSay(old), []);
        assert.equal((await store.aboutToSay(taken)).length, 1);
        assert.deepEqual(await store.aboutToSay(taken), []);
      });

      it('says a line again that was refused', async () => {
        await wantLines(line('1'));
        const claimed = await store.claimLines('one', LEASE);
        await store.aboutToSay(claimed);

        await store.putOffLines(claimed, { delayMs: 500, counts: true });

        assert.equal(await store.dueIn(), 500);
        now += 500;
        assert.equal((await store.claimLines('one', LEASE))[0]?.attempts, 1);
      });

      it('takes cards and lines together or not at all', async () => {
        const broken = { ...line('1'), id: null as unknown as string };

        await assert.rejects(store.want({ cards: [card('1')], lines: [broken], gatherMs: 0 }));

        assert.deepEqual(await store.waiting(), { cards: 0, lines: 0 });
      });

      it('forgets what is over for long enough, and nothing younger', async () => {
        await wantLines(line('old'));
        await store.endLines(await store.claimLines('one', LEASE));
        await wantCards(card('old'));
        await store.parkCard(await claimOne());
        now += 1000;
        await wantLines(line('young'));
        await store.endLines(await store.claimLines('one', LEASE));
        await wantCards(card('young'));

        now += 500;
        await store.forget(1000);

        const lines = await database.db.selectFrom('lines').select('id').execute();
        assert.deepEqual(
          lines.map(({ id }) => id),
          ['young'],
        );
        assert.deepEqual(
          (await claim()).map(({ activityId }) => activityId),
          ['young'],
        );
      });
    });
  }
});
