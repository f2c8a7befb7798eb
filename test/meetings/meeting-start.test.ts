import assert from 'node:assert/strict';

import { Attendances } from '../../src/meetings/attendances';
import { MeetingProblem, OutcomeOpenError } from '../../src/meetings/errors';
import { MeetingStart } from '../../src/meetings/meeting-start';
import type { CreationGuard } from '../../src/shared/creation-guard';
import { type Pace, usualPace } from '../../src/shared/pace';
import { FakeGateway } from '../support/fake-gateway';
import { MemoryBook } from '../support/memory-book';
import { RecordingLogger } from '../support/recording-logger';

const PACE: Pace = { ...usualPace, lookAgainMs: 10 };
const SIGNAL = new AbortController().signal;

/** One wish, tried by one process after the other. */
class Wish {
  readonly log = new RecordingLogger();
  readonly book = new MemoryBook();
  readonly gateway = new FakeGateway();
  /** What the journal was told. */
  readonly told: string[] = [];

  constructor() {
    this.gateway.companyIsThere = false;
  }

  /** A process, with its hands on the seat. */
  process() {
    const { log, book, gateway, told } = this;
    const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
      await new Promise(setImmediate);
      signal.throwIfAborted();
    };
    const clock = { now: () => Date.now() + book.aheadMs, sleep };
    const attendances = new Attendances({ stayMs: 60_000, log, book, gateway, pace: PACE, clock });
    const starting = new MeetingStart({ gateway, attendances, log, pace: PACE });
    const guard: CreationGuard = {
      ...{ marker: 'ref A', sentAgoMs: undefined, askedAgoMs: 0, isOpen: false },
      aboutToSend: async () => Promise.resolve(void told.push('aboutToSend')),
      refused: async () => Promise.resolve(void told.push('refused')),
      made: async (id) => Promise.resolve(void told.push(`made ${id}`)),
    };
    const start = async (signal = SIGNAL) =>
      starting.start('Standup', { personId: 'anna', owner: 'anna@contoso.com', guard }, signal);
    return { attendances, start };
  }

  async settled(): Promise<void> {
    for (;;) {
      const entry = await this.book.find('ref A');
      if (entry === undefined || entry.isOver || entry.meeting !== undefined) return;
      await new Promise(setImmediate);
    }
  }
}

describe('MeetingStart', () => {
  it('writes down that it is about to send, sends once, and waits for the owner', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();

    const meeting = await start();

    assert.deepEqual(wish.told, ['aboutToSend', `made ${meeting.id}`]);
    const entry = await wish.book.find('ref A');
    assert.deepEqual([entry?.meeting?.id, entry?.owner], [meeting.id, 'anna@contoso.com']);
    wish.gateway.attendances[0]?.someoneComes();
    await attendances.idle();
    assert.deepEqual(wish.gateway.attendances[0]?.promoted, ['anna@contoso.com']);
  });

  it('P-02: gives the meeting of an earlier try, wherever Confer waits in it now', async () => {
    const wish = new Wish();
    const first = wish.process();
    const meeting = await first.start();
    first.attendances.handOver();
    wish.book.moveElsewhere('ref A');

    assert.deepEqual(await wish.process().start(), meeting);

    assert.equal(wish.gateway.count('start'), 1);
  });

  it('P-02: sends nothing while another process that is still there may have sent', async () => {
    const wish = new Wish();
    await wish.book.begin({ marker: 'ref A', owner: undefined, personId: 'anna' });
    wish.book.moveElsewhere('ref A');

    await assert.rejects(wish.process().start(), OutcomeOpenError);

    assert.equal(wish.gateway.calls.length, 0);
  });

  it('P-02: finds what a process that died between its request and the answer had made', async () => {
    const wish = new Wish();
    await wish.book.begin({ marker: 'ref A', owner: undefined, personId: 'anna' });
    const { attendances, start } = wish.process();
    await assert.rejects(start(), OutcomeOpenError);
    const made = wish.gateway.startElsewhere('Standup', 'ref A');
    await wish.settled();

    const meeting = await start();

    assert.deepEqual([meeting.id, wish.gateway.count('start')], [made.meeting.id, 0]);
    await attendances.leaveAll();
    assert.equal(made.left, 1);
  });

  it('P-08: starts again only when the request can have no effect any more', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    wish.gateway.failNext('start', new MeetingProblem('server.unknownOutcome'));
    await assert.rejects(start(), OutcomeOpenError);
    await assert.rejects(start(), OutcomeOpenError);
    assert.equal(wish.gateway.count('start'), 1);

    wish.book.aheadMs += PACE.quarantineMs;
    await wish.settled();
    await start();

    assert.equal(wish.gateway.count('start'), 2);
    assert.equal((await wish.book.find('ref A'))?.tries, 2);
    await attendances.leaveAll();
  });

  it('looks for the meeting when the server says that the operation is there already', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    wish.gateway.failNext('start', new MeetingProblem('server.conflict'));
    const made = wish.gateway.startElsewhere('Standup', 'ref A');
    await assert.rejects(start(), OutcomeOpenError);
    await wish.settled();

    assert.equal((await start()).id, made.meeting.id);
    await attendances.leaveAll();
  });

  it('looks for the meeting when the time of the try is over', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    const timeUp = new TypeError('time is up');
    wish.gateway.failNext('start', timeUp);
    await assert.rejects(start(), (error) => error === timeUp);
    const made = wish.gateway.startElsewhere('Standup', 'ref A');
    await wish.settled();

    assert.equal((await start()).id, made.meeting.id);
    await attendances.leaveAll();
  });

  it('says what the server refuses, and begins anew when asked again', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    wish.gateway.failNext('start', new MeetingProblem('server.busy'));
    await assert.rejects(start(), { code: 'server.busy' });
    assert.deepEqual(wish.told, ['aboutToSend', 'refused']);

    await start();

    assert.equal(wish.gateway.count('start'), 2);
    await attendances.leaveAll();
  });

  it('P-31: leaves nothing open when it signs out with a request under way', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    wish.gateway.failNext('start', new TypeError('stopping'));
    await assert.rejects(start(), TypeError);

    await attendances.leaveAll();
    await attendances.writeOff();

    await wish.process().start();
    assert.equal(wish.gateway.count('start'), 2);
  });

  it('A-41: sends nothing without the seat', async () => {
    const wish = new Wish();
    wish.book.isLost = true;

    await assert.rejects(wish.process().start(), OutcomeOpenError);

    assert.deepEqual([wish.gateway.calls, wish.told], [[], []]);
  });

  it('F-07: leaves a meeting to whoever took the seat over meanwhile', async () => {
    const wish = new Wish();
    const { attendances, start } = wish.process();
    wish.gateway.beforeNext('start', () => {
      wish.book.isLost = true;
    });

    await assert.rejects(start(), OutcomeOpenError);

    await attendances.leaveAll();
    assert.equal(wish.gateway.attendances[0]?.left, 0);
  });
});
