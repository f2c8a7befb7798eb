import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { migrate } from '../../../src/adapters/storage/migrate';
import { migrations } from '../../../src/adapters/storage/migrations';
import { erasePersonData, readPersonData } from '../../../src/adapters/storage/person-data';
import { SqlAttendanceBook } from '../../../src/adapters/storage/sql-attendance-book';
import { SqlMeetingStore } from '../../../src/adapters/storage/sql-meeting-store';
import { SqlSeatStore } from '../../../src/adapters/storage/sql-seat-store';
import type { Seat } from '../../../src/seats/seat';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';
import { liveMeeting } from '../../support/meetings';

const LEASE = 30_000;
const STAY = 600_000;
const ANNA = { marker: 'ref A', owner: 'anna@contoso.com', personId: 'anna' };

/** Numbers that look like chance and are the same every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

describe('SqlSeatStore', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlSeatStore;
      let now = 1_780_000_000_000;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        store = new SqlSeatStore(database, () => now);
        now = 1_780_000_000_000;
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const take = async (holder: string): Promise<Seat> => store.take({ holder, leaseMs: LEASE });

      const takeOver = async (holder: string): Promise<Seat | undefined> => store.takeOver({ holder, leaseMs: LEASE });

      const bookOf = (seat: Seat, accountId?: string): SqlAttendanceBook =>
        new SqlAttendanceBook(database, { seat, accountId }, () => now);

      it('P-12: gives every process a seat and an identity of its own, however many ask at once', async () => {
        const seats = await Promise.all(Array.from({ length: 8 }, async (_, index) => take(String(index))));

        assert.deepEqual(
          seats.map(({ number }) => number).sort((left, right) => left - right),
          [1, 2, 3, 4, 5, 6, 7, 8],
        );
        assert.equal(new Set(seats.map(({ endpointId }) => endpointId)).size, 8);
      });

      it('F-43: gives the same identities again after all processes were restarted', async () => {
        const before = [await take('A'), await take('B')];
        now += LEASE;

        const after = [await take('C'), await take('D')];

        assert.deepEqual(
          after.map(({ endpointId }) => endpointId),
          before.map(({ endpointId }) => endpointId),
        );
        assert.deepEqual(
          after.map(({ epoch }) => epoch),
          [2, 2],
        );
      });

      it('F-44: leaves a seat to its holder until the lease is over, and longer when it is renewed', async () => {
        const seat = await take('A');
        await bookOf(seat).begin(ANNA);
        now += LEASE - 1;
        assert.equal(await takeOver('B'), undefined);

        await store.renew(seat, LEASE);
        now += LEASE - 1;

        assert.equal(await takeOver('B'), undefined);
        now += 1;
        assert.equal((await takeOver('B'))?.number, seat.number);
      });

      it('P-13: hands over a seat with something unfinished only, to one of many who look at once', async () => {
        await take('idle');
        const seat = await take('busy');
        await bookOf(seat).begin(ANNA);
        now += LEASE;

        const taken = await Promise.all(['B', 'C', 'D'].map(takeOver));

        assert.deepEqual(
          taken.flatMap((found) => found ?? []).map(({ number }) => number),
          [seat.number],
        );
      });

      it('P-31: hands over a seat that was given back, at once and with what is unfinished in it', async () => {
        const seat = await take('A');
        await take('B');
        await bookOf(seat).begin(ANNA);
        await store.release(seat);

        const taken = await takeOver('B');

        assert.ok(taken);
        assert.deepEqual(
          (await bookOf(taken).open()).map(({ marker }) => marker),
          ['ref A'],
        );
      });

      it('gives a process that starts the seat with something unfinished first', async () => {
        const [, second] = [await take('A'), await take('B')];
        await bookOf(second).begin(ANNA);
        now += LEASE;

        assert.equal((await take('C')).number, second.number);
      });

      it('A-41: changes nothing for whoever held the seat before', async () => {
        const old = await take('A');
        const book = bookOf(old);
        await book.begin(ANNA);
        now += LEASE;
        const taken = await takeOver('B');
        assert.ok(taken);

        const writes = [
          async () => store.renew(old, LEASE),
          async () => book.begin({ ...ANNA, marker: 'ref B' }),
          async () => book.made('ref A', liveMeeting(), STAY),
          async () => book.over('ref A'),
          async () => book.confirm(),
        ];

        for (const write of writes) await assert.rejects(write, { code: 'seat.lost' });
        await store.release(old);
        assert.equal(await takeOver('C'), undefined, 'the old holder gave back what is not theirs');
        const [entry, ...others] = await bookOf(taken).open();
        assert.deepEqual([entry?.marker, entry?.meeting, others.length], ['ref A', undefined, 0]);
      });

      it('knows whether somebody else is there', async () => {
        const seat = await take('A');
        assert.equal(await store.hasOthers('A'), false);
        await take('B');

        assert.deepEqual([await store.hasOthers('A'), await store.hasOthers('B')], [true, true]);
        await store.release(seat);
        assert.equal(await store.hasOthers('B'), false);
        now += LEASE;
        assert.equal(await store.hasOthers('A'), false);
      });

      it('P-12: has at most one holder that can write, whatever happens in whatever order', async () => {
        for (const seed of [1, 2, 3]) {
          const next = dice(seed);
          const held: { readonly seat: Seat; isNewest: boolean }[] = [];
          const hold = (seat: Seat | undefined): void => {
            if (seat === undefined) return;
            for (const other of held) if (other.seat.number === seat.number) other.isNewest = false;
            held.push({ seat, isNewest: true });
          };
          for (let step = 0; step < 60; step += 1) {
            const some = held[next(Math.max(1, held.length))];
            const deed = next(6);
            if (deed === 0) hold(await take(`process ${String(next(4))}`));
            if (deed === 1) hold(await takeOver(`process ${String(next(4))}`));
            if (deed === 2) now += next(LEASE);
            if (some === undefined || deed < 3) continue;
            const write = async (): Promise<void> => {
              if (deed === 3) await store.renew(some.seat, LEASE);
              if (deed === 4) await bookOf(some.seat).begin({ ...ANNA, marker: `ref ${String(next(5))}` });
              if (deed === 5) await bookOf(some.seat).over(`ref ${String(next(5))}`);
            };
            const outcome = await write().then(
              () => 'written',
              (error: unknown) => (error as { code?: string }).code,
            );
            assert.equal(
              outcome,
              some.isNewest ? 'written' : 'seat.lost',
              `seed ${String(seed)}, step ${String(step)}`,
            );
          }
          assert.ok(held.some(({ isNewest }) => !isNewest));
        }
      });

      it('P-12: shows whoever takes a seat over everything its holder before could write', async () => {
        for (let round = 0; round < 20; round += 1) {
          const old = await take('A');
          const marker = `ref ${String(round)}`;
          await bookOf(old).begin({ ...ANNA, marker });
          now += LEASE;
          const written = bookOf(old)
            .over(marker)
            .then(
              () => true,
              () => false,
            );
          const taken = await takeOver('B');
          if (taken !== undefined) {
            assert.equal((await bookOf(taken).find(marker))?.isOver, await written);
            await bookOf(taken).over(marker);
          }
          await written;
          now += LEASE;
        }
      });

      describe('what is written in its book', () => {
        let seat: Seat;
        let book: SqlAttendanceBook;

        beforeEach(async () => {
          seat = await take('A');
          book = bookOf(seat);
        });

        it('tells a meeting as it was, for how long Confer waits, and whose it is', async () => {
          const meeting = liveMeeting({ expiresAt: new Date('2026-12-24T17:00:00Z') });
          assert.equal(await book.begin(ANNA), 1);
          now += 5000;
          await book.made('ref A', meeting, STAY);
          now += 1000;

          assert.deepEqual(await book.find('ref A'), {
            ...{ marker: 'ref A', owner: 'anna@contoso.com', tries: 1, begunAgoMs: 6000, waitsMs: STAY - 1000 },
            ...{ isOver: false, isHere: true, meeting: JSON.parse(JSON.stringify(meeting), reviveDates) as unknown },
          });
          assert.equal(await book.find('ref B'), undefined);
        });

        it('begins again only what is over, and counts', async () => {
          await book.begin(ANNA);
          assert.equal(await book.begin(ANNA), undefined);
          await book.over('ref A');

          assert.equal(await book.begin(ANNA), 2);
          assert.deepEqual((await book.find('ref A'))?.isOver, false);
        });

        it('is read by others, who see that it is not theirs', async () => {
          await book.begin(ANNA);
          const other = bookOf(await take('B'));

          assert.equal((await other.find('ref A'))?.isHere, false);
          assert.deepEqual(await other.open(), []);
        });

        it('keeps accounts of people apart', async () => {
          await bookOf(seat, 'anna').begin(ANNA);

          assert.deepEqual(await book.open(), []);
          assert.equal((await bookOf(seat, 'anna').open()).length, 1);
        });

        it('is told to the person, and forgets them: what is over at once, their address in any case', async () => {
          await book.begin(ANNA);
          await book.begin({ ...ANNA, marker: 'ref B' });
          await book.over('ref B');
          assert.equal((await readPersonData(database, 'anna')).attendances.length, 2);

          assert.equal(await erasePersonData(database, 'anna'), 2);

          assert.deepEqual(await readPersonData(database, 'anna').then(({ attendances }) => attendances), []);
          assert.deepEqual([(await book.find('ref A'))?.owner, await book.find('ref B')], [undefined, undefined]);
        });

        it('is forgotten some time after the end', async () => {
          await book.begin(ANNA);
          await book.begin({ ...ANNA, marker: 'ref B' });
          await book.over('ref B');
          now += 1001;

          await store.forget(1000);

          assert.deepEqual([(await book.find('ref A'))?.isOver, await book.find('ref B')], [false, undefined]);
        });

        it('is forgotten when nobody could end it for long', async () => {
          await book.begin(ANNA);
          now += 4001;

          await store.forget(1000);

          assert.equal(await book.find('ref A'), undefined);
        });
      });

      it('P-32: lets the program of before work on, and works on what that wrote', async () => {
        const other = await newHome();
        const older = await other.open();
        await migrate(older, migrations.slice(0, -1));
        const before = new SqlMeetingStore(older, () => new Date(now));
        await before.saveOutcome('ucwa endpointId', 'of the program of before');

        await migrate(older);
        await migrate(older, migrations.slice(0, -1));

        assert.equal(await before.outcome('ucwa endpointId'), 'of the program of before');
        const seat = await new SqlSeatStore(older, () => now).take({ holder: 'new', leaseMs: LEASE });
        assert.notEqual(seat.endpointId, 'of the program of before');
        await older.close();
        await other.remove();
      });
    });
  }
});

function reviveDates(key: string, value: unknown): unknown {
  return key === 'expiresAt' ? new Date(String(value)) : value;
}
