import assert from 'node:assert/strict';

import { Attendances } from '../../src/meetings/attendances';
import { MeetingProblem } from '../../src/meetings/errors';
import { type Pace, usualPace } from '../../src/shared/pace';
import { FakeAttendance, FakeGateway } from '../support/fake-gateway';
import { liveMeeting } from '../support/meetings';
import { MemoryBook } from '../support/memory-book';
import { RecordingLogger } from '../support/recording-logger';

const PACE: Pace = { ...usualPace, lookAgainMs: 1 };
const ANNA = 'anna@contoso.com';
const STAY = { marker: 'ref A', waitsMs: 60_000 };

/** Everything around the attendances of one account, for another process, too. */
class Scene {
  readonly log = new RecordingLogger();
  readonly book = new MemoryBook();
  readonly gateway = new FakeGateway();

  constructor() {
    this.gateway.companyIsThere = false;
  }

  attendances(): Attendances {
    const { log, book, gateway } = this;
    const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
      await new Promise(setImmediate);
      signal.throwIfAborted();
    };
    const clock = { now: () => Date.now() + book.aheadMs, sleep };
    return new Attendances({ stayMs: 60_000, log, book, gateway, pace: PACE, clock });
  }

  async begun(owner?: string): Promise<void> {
    await this.book.begin({ marker: 'ref A', owner, personId: 'anna' });
  }

  /** Another process began it, made the meeting, and ended. */
  async left(owner?: string): Promise<FakeAttendance> {
    await this.begun(owner);
    const attendance = this.gateway.startElsewhere('Standup', 'ref A');
    await this.book.made('ref A', attendance.meeting, 60_000);
    return attendance;
  }

  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise(setImmediate);
  }

  async isOver(): Promise<boolean> {
    return (await this.book.find('ref A'))?.isOver === true;
  }
}

describe('Attendances', () => {
  function attending(waitsMs: number, owner?: string) {
    const scene = new Scene();
    const attendances = scene.attendances();
    const attendance = new FakeAttendance(liveMeeting());
    attendances.keep(attendance, { marker: 'ref A', owner, waitsMs });
    return { attendances, attendance, log: scene.log, book: scene.book, scene };
  }

  it('stay while nobody else is there', async () => {
    const { attendances, attendance } = attending(60_000);

    await Promise.resolve();

    assert.deepEqual([attendances.size, attendance.left], [1, 0]);
    await attendances.leaveAll();
  });

  it('leave when somebody else has come, and write it down', async () => {
    const { attendances, attendance, log, scene } = attending(60_000);
    await scene.begun();

    attendance.someoneComes();
    await attendance.gone;
    await attendances.leaveAll();

    assert.deepEqual([attendances.size, attendance.left], [0, 1]);
    assert.equal(log.of('attendance.relieved').length, 1);
    assert.equal(await scene.isOver(), true);
  });

  it('leave when the time is over', async () => {
    const { attendances, attendance, log } = attending(1);

    await attendance.gone;
    await attendances.leaveAll();

    assert.equal(attendance.left, 1);
    assert.equal(log.of('attendance.over')[0]?.fields.timeUp, true);
  });

  it('leave when the meeting ends by itself', async () => {
    const { attendances, attendance } = attending(60_000);

    attendance.meetingEnds();
    await attendance.gone;
    await attendances.leaveAll();

    assert.equal(attendance.left, 1);
  });

  it('leave every meeting when the process stops, and wait until it is done', async () => {
    const { attendances, attendance, log } = attending(60_000);
    const second = new FakeAttendance(liveMeeting({ id: 'LIVE0002' }));
    attendances.keep(second, { ...STAY, marker: 'ref B' });

    await attendances.leaveAll();

    assert.deepEqual([attendances.size, attendance.left, second.left], [0, 1, 1]);
    assert.equal(log.of('attendance.over')[0]?.fields.timeUp, false);
  });

  it('let the owner lead when somebody has come, and leave then', async () => {
    const { attendance } = attending(60_000, ANNA);
    assert.deepEqual(attendance.promoted, []);

    attendance.someoneComes();
    await attendance.gone;

    assert.deepEqual([attendance.promoted, attendance.left], [[ANNA], 1]);
  });

  it('promote nobody whose address is not known, nor when nobody came', async () => {
    const { attendances, attendance } = attending(60_000);
    const alone = new FakeAttendance(liveMeeting({ id: 'LIVE0002' }));
    attendances.keep(alone, { marker: 'ref B', owner: ANNA, waitsMs: 60_000 });

    attendance.someoneComes();
    await attendance.gone;
    await attendances.leaveAll();

    assert.deepEqual([attendance.promoted, alone.promoted], [[], []]);
  });

  it('leave all the same when the owner cannot be promoted', async () => {
    const { attendance, log, attendances } = attending(60_000, ANNA);
    attendance.promoteFailure = new TypeError('no network');

    attendance.someoneComes();
    await attendance.gone;
    await attendances.idle();

    assert.equal(attendance.left, 1);
    assert.match(String(log.of('attendance.promoteFailed')[0]?.fields.error), /no network/u);
  });

  it('log that leaving failed, and go on', async () => {
    const { attendances, attendance, log } = attending(60_000);
    attendance.leave = async () => Promise.reject(new TypeError('no network'));

    await attendances.leaveAll();

    assert.match(String(log.of('attendance.leaveFailed')[0]?.fields.error), /no network/u);
  });

  it('F-07: do nothing in a meeting when another process holds the seat', async () => {
    const { attendances, attendance, book } = attending(1, ANNA);
    book.isLost = true;

    attendance.someoneComes();
    await attendances.idle();

    assert.deepEqual([attendance.promoted, attendance.left], [[], 0]);
  });

  it('F-35: wait with acting until the database says whose the seat is', async () => {
    const { attendances, attendance, book, log } = attending(60_000, ANNA);
    book.isAway = 3;

    attendance.someoneComes();
    await attendances.idle();

    assert.deepEqual([attendance.promoted, attendance.left, book.confirmed], [[ANNA], 1, 1]);
    assert.equal(log.of('attendance.unconfirmed').length, 3);
  });

  it('F-35: leave without the database when the process stops', async () => {
    const { attendances, attendance, book } = attending(60_000);
    book.isAway = true;

    await attendances.leaveAll();

    assert.equal(attendance.left, 1);
  });

  it('P-31: stay inside when another process goes on, and act no more', async () => {
    const { attendances, attendance, scene } = attending(60_000, ANNA);
    await scene.begun(ANNA);

    attendances.handOver();
    attendance.someoneComes();
    await attendances.idle();

    assert.deepEqual([attendance.promoted, attendance.left, await scene.isOver()], [[], 0, false]);
  });

  it('P-13: go on where another process stopped: the owner is promoted, and Confer leaves', async () => {
    const scene = new Scene();
    const attendance = await scene.left(ANNA);
    const attendances = scene.attendances();

    await attendances.resume();
    await scene.until(() => scene.log.of('attendance.resumed').length > 0);
    assert.deepEqual([attendance.promoted, attendance.left], [[], 0]);
    attendance.someoneComes();
    await attendances.idle();

    assert.deepEqual([attendance.promoted, attendance.left, await scene.isOver()], [[ANNA], 1, true]);
  });

  it('P-13: wait no longer in all than a single process would', async () => {
    const scene = new Scene();
    const attendance = await scene.left();
    scene.book.aheadMs += 60_000;
    const attendances = scene.attendances();

    await attendances.resume();
    await attendances.idle();

    assert.equal(attendance.left, 1);
    assert.equal(scene.log.of('attendance.over')[0]?.fields.timeUp, true);
  });

  it('F-12: forget a meeting that went with its application', async () => {
    const scene = new Scene();
    await scene.left();
    scene.gateway.started.clear();
    const attendances = scene.attendances();

    await attendances.resume();
    await attendances.idle();

    assert.equal(await scene.isOver(), true);
  });

  it('find a meeting whose request was never answered, and wait in it as in any other', async () => {
    const scene = new Scene();
    await scene.begun();
    const attendances = scene.attendances();
    await attendances.resume();
    await scene.until(() => scene.gateway.count('findStarted') > 2);

    const attendance = scene.gateway.startElsewhere('Standup', 'ref A');
    await scene.until(async () => (await scene.book.find('ref A'))?.meeting !== undefined);

    assert.equal((await scene.book.find('ref A'))?.meeting?.id, attendance.meeting.id);
    await attendances.leaveAll();
    assert.equal(attendance.left, 1);
  });

  it('give a request up only when it can have no effect any more', async () => {
    const scene = new Scene();
    await scene.begun();
    const attendances = scene.attendances();
    attendances.settle('ref A');
    await scene.until(() => scene.gateway.count('findStarted') > 2);
    assert.equal(await scene.isOver(), false);

    scene.book.aheadMs += PACE.quarantineMs;
    await attendances.idle();

    assert.equal(await scene.isOver(), true);
  });

  it('look on while the server fails, until it must have forgotten the meeting', async () => {
    const scene = new Scene();
    await scene.left();
    scene.gateway.failNext('findStarted', new MeetingProblem('server.unreachable'), 1000);
    const attendances = scene.attendances();
    await attendances.resume();
    await scene.until(() => scene.gateway.count('findStarted') > 2);
    assert.equal(attendances.size, 1);

    scene.book.aheadMs += 60_000 + 16 * 60_000;
    await attendances.idle();

    assert.equal(await scene.isOver(), true);
  });

  it('look no more when another process holds the seat', async () => {
    const scene = new Scene();
    await scene.begun();
    const attendances = scene.attendances();
    await attendances.resume();
    scene.book.isLost = true;
    scene.book.aheadMs += PACE.quarantineMs;

    await attendances.idle();

    scene.book.isLost = false;
    assert.equal(await scene.isOver(), false);
  });

  it('are in a meeting once, however often it is looked for', async () => {
    const scene = new Scene();
    const attendance = await scene.left();
    const attendances = scene.attendances();
    await attendances.resume();
    await scene.until(() => scene.log.of('attendance.resumed').length > 0);

    await attendances.resume();
    await scene.until(() => scene.gateway.count('findStarted') > 1);
    await new Promise(setImmediate);

    assert.equal(attendances.size, 1);
    await attendances.leaveAll();
    assert.equal(attendance.left, 1);
  });
});
