import assert from 'node:assert/strict';

import { Attendances } from '../../src/meetings/attendances';
import { FakeAttendance } from '../support/fake-gateway';
import { liveMeeting } from '../support/meetings';
import { RecordingLogger } from '../support/recording-logger';

describe('Attendances', () => {
  function attending(stayMs: number) {
    const log = new RecordingLogger();
    const attendances = new Attendances({ stayMs, log });
    const attendance = new FakeAttendance(liveMeeting());
    attendances.keep(attendance);
    return { attendances, attendance, log };
  }

  it('stay while nobody else is there', async () => {
    const { attendances, attendance } = attending(60_000);

    await Promise.resolve();

    assert.deepEqual([attendances.size, attendance.left], [1, 0]);
    await attendances.leaveAll();
  });

  it('leave when somebody else has come', async () => {
    const { attendances, attendance, log } = attending(60_000);

    attendance.someoneComes();
    await attendance.gone;
    await attendances.leaveAll();

    assert.deepEqual([attendances.size, attendance.left], [0, 1]);
    assert.equal(log.of('attendance.relieved').length, 1);
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
    attendances.keep(second);

    await attendances.leaveAll();

    assert.deepEqual([attendances.size, attendance.left, second.left], [0, 1, 1]);
    assert.equal(log.of('attendance.over')[0]?.fields.timeUp, false);
  });

  it('let the owner lead when somebody has come, and leave then', async () => {
    const attendances = new Attendances({ stayMs: 60_000, log: new RecordingLogger() });
    const attendance = new FakeAttendance(liveMeeting());
    attendances.keep(attendance, 'anna@contoso.com');
    assert.deepEqual(attendance.promoted, []);

    attendance.someoneComes();
    await attendance.gone;

    assert.deepEqual([attendance.promoted, attendance.left], [['anna@contoso.com'], 1]);
  });

  it('promote nobody whose address is not known, nor when nobody came', async () => {
    const { attendances, attendance } = attending(60_000);
    const alone = new FakeAttendance(liveMeeting({ id: 'LIVE0002' }));
    attendances.keep(alone, 'anna@contoso.com');

    attendance.someoneComes();
    await attendance.gone;
    await attendances.leaveAll();

    assert.deepEqual([attendance.promoted, alone.promoted], [[], []]);
  });

  it('leave all the same when the owner cannot be promoted', async () => {
    const log = new RecordingLogger();
    const attendances = new Attendances({ stayMs: 60_000, log });
    const attendance = new FakeAttendance(liveMeeting());
    attendance.promoteFailure = new TypeError('no network');
    attendances.keep(attendance, 'anna@contoso.com');

    attendance.someoneComes();
    await attendance.gone;

    assert.equal(attendance.left, 1);
    assert.match(String(log.of('attendance.promoteFailed')[0]?.fields.error), /no network/u);
  });

  it('log that leaving failed, and go on', async () => {
    const { attendances, attendance, log } = attending(60_000);
    attendance.leave = async () => Promise.reject(new TypeError('no network'));

    await attendances.leaveAll();

    assert.match(String(log.of('attendance.leaveFailed')[0]?.fields.error), /no network/u);
  });
});
