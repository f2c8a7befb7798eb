import assert from 'node:assert/strict';

import type { SeatStore } from '../../src/seats/ports';
import type { Holding, Seat } from '../../src/seats/seat';
import { SeatKeeper, type Tenancy } from '../../src/seats/seat-keeper';
import { SeatLostError } from '../../src/shared/seat-lost-error';
import { type Deferred, deferred } from '../support/deferred';
import { RecordingLogger } from '../support/recording-logger';
import { RecordingMetrics } from '../support/recording-metrics';

interface Row {
  seat: Seat;
  holder: string | undefined;
  isExpired: boolean;
  hasWork: boolean;
}

/** Seats in memory; the test says whose lease is over. */
class MemorySeats implements SeatStore {
  readonly rows: Row[] = [];
  readonly #listeners = new Set<() => void>();
  isAway = false;
  renewals = 0;

  async take({ holder }: Holding): Promise<Seat> {
    this.#assertThere();
    const free = this.rows.find((row) => row.holder === undefined || row.isExpired);
    if (free !== undefined) return Promise.resolve(this.#give(free, holder));
    const number = this.rows.length + 1;
    const seat = { number, endpointId: `endpoint ${String(number)}`, epoch: 1 };
    this.rows.push({ seat, holder, isExpired: false, hasWork: false });
    return Promise.resolve(seat);
  }

  async takeOver({ holder }: Holding): Promise<Seat | undefined> {
    this.#assertThere();
    const free = this.rows.find((row) => row.hasWork && (row.holder === undefined || row.isExpired));
    return Promise.resolve(free === undefined ? undefined : this.#give(free, holder));
  }

  async renew(seat: Seat): Promise<void> {
    this.#assertThere();
    this.renewals += 1;
    const row = this.rows[seat.number - 1];
    if (row?.seat.epoch !== seat.epoch) throw new SeatLostError(seat.number);
    return Promise.resolve();
  }

  async release(seat: Seat): Promise<void> {
    this.#assertThere();
    const row = this.rows[seat.number - 1];
    if (row?.seat.epoch !== seat.epoch) return Promise.resolve();
    row.holder = undefined;
    row.seat = { ...row.seat, epoch: row.seat.epoch + 1 };
    for (const tell of this.#listeners) tell();
    return Promise.resolve();
  }

  async hasOthers(holder: string): Promise<boolean> {
    this.#assertThere();
    return Promise.resolve(
      this.rows.some((row) => row.holder !== undefined && row.holder !== holder && !row.isExpired),
    );
  }

  onReleased(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  row(number: number): Row {
    const row = this.rows[number - 1];
    assert.ok(row);
    return row;
  }

  /** The holder of a seat is gone, and something is unfinished there. */
  leave(number: number): void {
    Object.assign(this.row(number), { hasWork: true, isExpired: true });
  }

  /** Somebody else takes a seat whose holder was silent for too long. */
  steal(number: number): void {
    this.#give(this.row(number), 'thief');
  }

  #give(row: Row, holder: string): Seat {
    row.holder = holder;
    row.isExpired = false;
    row.seat = { ...row.seat, epoch: row.seat.epoch + 1 };
    return row.seat;
  }

  #assertThere(): void {
    if (this.isAway) throw new TypeError('the database is away');
  }
}

/** What is done with one seat. */
class FakeTenancy implements Tenancy {
  readonly seat: Seat;
  readonly isStillOurs: (signal: AbortSignal) => Promise<boolean>;
  readonly told: string[] = [];
  isBusy = false;
  readonly #done: Deferred<undefined> = deferred();
  resumeFailure: Error | undefined;

  constructor(seat: Seat, isStillOurs: (signal: AbortSignal) => Promise<boolean>) {
    this.seat = seat;
    this.isStillOurs = isStillOurs;
  }

  finish(): void {
    this.isBusy = false;
    this.#done.resolve(undefined);
  }

  async resume(): Promise<void> {
    this.told.push('resume');
    if (this.resumeFailure !== undefined) throw this.resumeFailure;
    return Promise.resolve();
  }

  async idle(): Promise<void> {
    await this.#done.promise;
  }

  async close(): Promise<void> {
    this.told.push('close');
    return Promise.resolve();
  }

  handOver(): void {
    this.told.push('handOver');
    this.finish();
  }
}

const SIGNAL = new AbortController().signal;

/** Processes on one store, whose time goes by when the test says so. */
class Scene {
  readonly store = new MemorySeats();
  readonly log = new RecordingLogger();
  readonly metrics = new RecordingMetrics();
  readonly tenancies: FakeTenancy[] = [];
  readonly #keepers: SeatKeeper<FakeTenancy>[] = [];
  #ticks: (() => void)[] = [];
  resumeFailure: Error | undefined;

  async process(holder: string): Promise<SeatKeeper<FakeTenancy>> {
    const keeper = new SeatKeeper<FakeTenancy>({
      ...{ store: this.store, holder, leaseMs: 30_000, log: this.log, metrics: this.metrics },
      open: (seat, isStillOurs) => {
        const tenancy = new FakeTenancy(seat, isStillOurs);
        tenancy.resumeFailure = this.resumeFailure;
        this.tenancies.push(tenancy);
        return tenancy;
      },
      clock: {
        sleep: async (_ms, signal) =>
          new Promise((resolve, reject) => {
            if (signal.aborted) reject(signal.reason as Error);
            this.#ticks.push(resolve);
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          }),
      },
    });
    this.#keepers.push(keeper);
    await keeper.take();
    keeper.start();
    await this.settle();
    return keeper;
  }

  /** Everybody's next wait is over. */
  async tick(): Promise<void> {
    const ticks = this.#ticks;
    this.#ticks = [];
    for (const tick of ticks) tick();
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  }

  async stop(): Promise<void> {
    this.store.isAway = false;
    await Promise.all(this.#keepers.map(async (keeper) => keeper.stop()));
  }

  tenancyOf(number: number): FakeTenancy {
    const tenancy = this.tenancies.findLast(({ seat }) => seat.number === number);
    assert.ok(tenancy);
    return tenancy;
  }
}

describe('SeatKeeper', () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
  });

  afterEach(async () => {
    await scene.stop();
  });

  it('goes on with what earlier holders of its seat left', async () => {
    const keeper = await scene.process('A');

    assert.deepEqual(keeper.own?.told, ['resume']);
  });

  it('renews its lease again and again', async () => {
    await scene.process('A');

    for (let time = 0; time < 3; time += 1) await scene.tick();

    assert.equal(scene.store.renewals, 3);
  });

  it('P-13: finishes what a process that is gone left unfinished, and gives its seat back', async () => {
    await scene.process('A');
    const gone = await scene.store.take({ holder: 'gone', leaseMs: 1 });
    scene.store.leave(gone.number);

    await scene.tick();
    const inherited = scene.tenancyOf(2);
    assert.deepEqual(inherited.told, ['resume']);
    assert.equal(scene.store.row(2).holder, 'A');
    inherited.finish();
    scene.store.row(2).hasWork = false;
    await scene.settle();
    await scene.tick();

    assert.deepEqual(inherited.told, ['resume', 'close']);
    assert.equal(scene.store.row(2).holder, undefined);
    assert.deepEqual(scene.metrics.counts.confer_seat_takeovers_total, 1);
  });

  it('F-35: goes on in its own seat as soon as it can be read what is unfinished there', async () => {
    scene.resumeFailure = new TypeError('the database is away');
    const keeper = await scene.process('A');
    const own = keeper.own;
    await scene.tick();
    assert.ok(own);
    own.resumeFailure = undefined;

    await scene.tick();
    await scene.tick();

    assert.deepEqual(own.told, ['resume', 'resume', 'resume']);
    assert.equal(scene.log.of('seat.notResumed').length, 2);
  });

  it('does not take what it cannot finish again and again', async () => {
    await scene.process('A');
    await scene.process('B');
    const gone = await scene.store.take({ holder: 'gone', leaseMs: 1 });
    scene.store.leave(gone.number);
    await scene.tick();
    scene.tenancyOf(3).finish();

    await scene.settle();

    assert.equal(scene.tenancies.filter(({ seat }) => seat.number === 3).length, 1);
    assert.equal(scene.metrics.counts.confer_seat_takeovers_total, 1);
  });

  it('P-31: looks at once when another process gives a seat back', async () => {
    await scene.process('A');
    const other = await scene.process('B');
    const own = other.own;
    if (own !== undefined) own.isBusy = true;
    scene.store.row(2).hasWork = true;

    await other.stop();
    await scene.settle();

    assert.deepEqual(own?.told, ['resume', 'handOver']);
    assert.equal(scene.store.row(2).holder, 'A');
  });

  it('P-31: ends what nobody else can go on with', async () => {
    const keeper = await scene.process('A');
    const own = keeper.own;
    if (own !== undefined) own.isBusy = true;

    await keeper.stop();

    assert.deepEqual(own?.told, ['resume', 'close']);
    assert.deepEqual([keeper.own, scene.store.row(1).holder], [undefined, undefined]);
  });

  it('signs out when nothing is unfinished, although others are there', async () => {
    const keeper = await scene.process('A');
    await scene.process('B');
    const own = keeper.own;

    await keeper.stop();

    assert.deepEqual(own?.told, ['resume', 'close']);
  });

  it('F-07: stops where it is when its seat is another’s, and takes another one', async () => {
    const keeper = await scene.process('A');
    const lost = keeper.own;
    scene.store.steal(1);

    await scene.tick();

    assert.deepEqual(lost?.told, ['resume', 'handOver']);
    assert.equal(keeper.own?.seat.number, 2);
    assert.deepEqual(scene.metrics.counts.confer_seats_lost_total, 1);
  });

  it('F-15: says whether a seat is its own still, and stops when it is not', async () => {
    const keeper = await scene.process('A');
    const own = keeper.own;
    assert.equal(await own?.isStillOurs(SIGNAL), true);

    scene.store.steal(1);

    assert.equal(await own?.isStillOurs(SIGNAL), false);
    assert.deepEqual(own?.told, ['resume', 'handOver']);
    await scene.settle();
    assert.equal(keeper.own?.seat.number, 2);
    assert.equal(await own.isStillOurs(SIGNAL), false);
  });

  it('F-35: keeps its seat while the database does not answer', async () => {
    const keeper = await scene.process('A');
    const own = keeper.own;
    scene.store.isAway = true;
    await scene.tick();
    await scene.tick();
    const asking = own?.isStillOurs(SIGNAL);
    await scene.tick();

    scene.store.isAway = false;
    await scene.tick();

    assert.equal(await asking, true);
    assert.equal(keeper.own, own);
    assert.ok(scene.log.of('seat.notRenewed').length > 0);
  });

  it('F-35: takes another seat as soon as the database answers again', async () => {
    const keeper = await scene.process('A');
    scene.store.steal(1);
    await keeper.own?.isStillOurs(SIGNAL);
    scene.store.isAway = true;
    await scene.settle();
    await scene.tick();

    scene.store.isAway = false;
    await scene.tick();

    assert.equal(keeper.own?.seat.number, 2);
  });

  it('leaves a seat to the next when it cannot go on there', async () => {
    await scene.process('A');
    scene.resumeFailure = new TypeError('no books');
    const gone = await scene.store.take({ holder: 'gone', leaseMs: 1 });
    scene.store.leave(gone.number);

    await scene.tick();

    assert.deepEqual(scene.tenancyOf(2).told, ['resume', 'handOver']);
    assert.equal(scene.log.of('seat.notFinished').length, 1);
    const before = scene.store.renewals;
    await scene.tick();
    assert.equal(scene.store.renewals - before, 1, 'only its own seat is renewed');
  });

  it('signs out without the database, too', async () => {
    const keeper = await scene.process('A');
    const own = keeper.own;
    if (own !== undefined) own.isBusy = true;
    await scene.process('B');
    scene.store.isAway = true;

    await keeper.stop();

    assert.deepEqual(own?.told, ['resume', 'close']);
  });
});
