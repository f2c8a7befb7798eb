import assert from 'node:assert/strict';

import { Lane } from '../../../src/ucwa/politeness/lane';
import { anySignal } from '../support/pool';

const nobodyWaits = (): void => undefined;

describe('Lane', () => {
  it('lets in as many as it holds, and the others in the order they came', async () => {
    const lane = new Lane(2);
    const order: string[] = [];
    const enter = async (name: string): Promise<() => void> => {
      const leave = await lane.enter(anySignal(), nobodyWaits);
      order.push(name);
      return leave;
    };
    const [leaveA, leaveB] = await Promise.all([enter('a'), enter('b')]);
    const waiting = [enter('c'), enter('d'), enter('e')] as const;
    await new Promise(setImmediate);
    assert.deepEqual([order, lane.waiting], [['a', 'b'], 3]);

    leaveB();
    const leaveC = await waiting[0];
    leaveC();
    await waiting[1];
    leaveA();
    await waiting[2];

    assert.deepEqual([order, lane.waiting], [['a', 'b', 'c', 'd', 'e'], 0]);
  });

  it('tells who has to wait how many do', async () => {
    const lane = new Lane(1);
    const told: number[] = [];
    const enter = async (): Promise<() => void> => lane.enter(anySignal(), (waiting) => told.push(waiting));
    const leave = await enter();
    const others = [enter(), enter()];

    assert.deepEqual(told, [1, 2]);
    leave();
    (await others[0])?.();
    await others[1];
  });

  it('gives up the place of whoever aborts, and takes nobody else out', async () => {
    const lane = new Lane(1);
    const leave = await lane.enter(anySignal(), nobodyWaits);
    const controller = new AbortController();
    const reason = new RangeError('turn ended');
    const given = lane.enter(controller.signal, nobodyWaits);
    const next = lane.enter(anySignal(), nobodyWaits);

    controller.abort(reason);
    await assert.rejects(given, reason);
    assert.equal(lane.waiting, 1);
    leave();
    (await next)();

    const free = await lane.enter(anySignal(), () => assert.fail('nobody is inside'));
    free();
  });

  it('lets nobody in who has aborted before', async () => {
    const reason = new RangeError('turn ended');
    await assert.rejects(new Lane(1).enter(AbortSignal.abort(reason), nobodyWaits), reason);
  });
});
