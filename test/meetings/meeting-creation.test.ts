import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { MeetingCreation } from '../../src/meetings/meeting-creation';
import type { CreationGuard } from '../../src/shared/creation-guard';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { RecordingLogger } from '../support/recording-logger';

const { signal } = new AbortController();

class RecordingGuard implements CreationGuard {
  readonly marker = 'ref 7K3M-Q2XP-0000-ZZZZ-1111';
  readonly sentAgoMs: number | undefined;
  askedAgoMs = 0;
  /** What was written down, in order. */
  readonly notes: string[] = [];
  readonly #gateway: FakeGateway;

  constructor(gateway: FakeGateway, sentAgoMs?: number) {
    this.#gateway = gateway;
    this.sentAgoMs = sentAgoMs;
  }

  async aboutToSend(): Promise<void> {
    this.notes.push(`about to send after ${String(this.#gateway.count('create'))}`);
    return Promise.resolve();
  }

  get isOpen(): boolean {
    return this.sentAgoMs !== undefined;
  }

  async refused(): Promise<void> {
    this.notes.push('refused');
    return Promise.resolve();
  }

  async made(id: string): Promise<void> {
    this.notes.push(`made ${id}`);
    return Promise.resolve();
  }
}

describe('MeetingCreation', () => {
  let gateway: FakeGateway;
  let creation: MeetingCreation;

  beforeEach(() => {
    gateway = new FakeGateway();
    creation = new MeetingCreation({ gateway, log: new RecordingLogger() });
  });

  const marked = (id: string, marker: string): void => {
    gateway.meetings.set(id, meeting({ id }));
    gateway.markers.set(id, marker);
  };

  it('writes down that it sends before it does, and what was made', async () => {
    const guard = new RecordingGuard(gateway);

    const made = await creation.make({ subject: 'Q3' }, guard, signal);

    assert.deepEqual(guard.notes, ['about to send after 0', `made ${made.id}`]);
    assert.deepEqual([gateway.count('create'), gateway.count('findMarked')], [1, 0]);
  });

  it('sends nothing when that cannot be written down', async () => {
    const guard = new RecordingGuard(gateway);
    guard.aboutToSend = async () => Promise.reject(new Error('somebody else is at it'));

    await assert.rejects(creation.make({ subject: 'Q3' }, guard, signal), /somebody else/u);

    assert.equal(gateway.count('create'), 0);
  });

  it('F-08: asks to be tried again when the outcome is open, and does not send twice', async () => {
    gateway.failNext('create', new MeetingProblem('server.unknownOutcome'));

    await assert.rejects(creation.make({ subject: 'Q3' }, new RecordingGuard(gateway), signal), {
      code: 'meeting.outcomeOpen',
      delayMs: 10_000,
    });

    assert.equal(gateway.count('create'), 1);
  });

  it('takes what an earlier try made, and makes nothing', async () => {
    const guard = new RecordingGuard(gateway, 5000);
    marked('OTHER', 'ref 0000-0000-0000-0000-0000');
    marked('MINE', guard.marker);

    const made = await creation.make({ subject: 'Q3' }, guard, signal);

    assert.equal(made.id, 'MINE');
    assert.deepEqual([gateway.count('create'), guard.notes], [0, ['made MINE']]);
  });

  it('keeps the oldest of twins and removes the others', async () => {
    const guard = new RecordingGuard(gateway, 5000);
    marked('FIRST', guard.marker);
    marked('SECOND', guard.marker);

    const made = await creation.make({ subject: 'Q3' }, guard, signal);

    assert.equal(made.id, 'FIRST');
    assert.deepEqual([...gateway.meetings.keys()], ['FIRST']);
  });

  it('F-08: does not send again while the first request may still take effect', async () => {
    for (const [sentAgoMs, delayMs] of [
      [0, 10_000],
      [60_000, 10_000],
      [79_000, 1000],
    ] as const) {
      const guard = new RecordingGuard(gateway, sentAgoMs);
      await assert.rejects(creation.make({ subject: 'Q3' }, guard, signal), { code: 'meeting.outcomeOpen', delayMs });
    }

    assert.equal(gateway.count('create'), 0);
  });

  it('sends again when the first request can no longer take effect', async () => {
    const guard = new RecordingGuard(gateway, 80_000);

    await creation.make({ subject: 'Q3' }, guard, signal);

    assert.deepEqual([gateway.count('findMarked'), gateway.count('create')], [1, 1]);
  });

  it('removes a late twin and keeps the meeting people know of', async () => {
    const guard = new RecordingGuard(gateway, 1000);
    marked('LATE', guard.marker);
    marked('KNOWN', guard.marker);
    marked('OTHER', 'ref 0000-0000-0000-0000-0000');

    assert.equal(await creation.removeTwins(guard.marker, 'KNOWN', signal), 1);

    assert.deepEqual([...gateway.meetings.keys()].sort(), ['KNOWN', 'OTHER']);
  });

  it('passes on what the server refuses, and writes down that nothing came of it', async () => {
    const guard = new RecordingGuard(gateway);
    gateway.failNext('create', new MeetingProblem('meeting.tooMany'));

    await assert.rejects(creation.make({ subject: 'Q3' }, guard, signal), { code: 'meeting.tooMany' });

    assert.deepEqual(guard.notes, ['about to send after 0', 'refused']);
  });

  it('F-37: looks before it makes what was asked for a while ago, although nobody knows of an earlier try', async () => {
    const guard = new RecordingGuard(gateway);
    guard.askedAgoMs = 10_000;
    marked('M1', guard.marker);

    const made = await creation.make({ subject: 'Retro' }, guard, signal);

    assert.deepEqual([made.id, gateway.count('create')], ['M1', 0]);
  });

  it('makes at once what was asked for a while ago and is not there', async () => {
    const guard = new RecordingGuard(gateway);
    guard.askedAgoMs = 10_000;

    await creation.make({ subject: 'Retro' }, guard, signal);

    assert.deepEqual([gateway.count('findMarked'), gateway.count('create')], [1, 1]);
  });
});
