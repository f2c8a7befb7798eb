import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import { ProcessEnd } from '../src/process-end';

import { type Deferred, deferred } from './support/deferred';
import { RecordingLogger } from './support/recording-logger';

describe('ProcessEnd', () => {
  let stopping: Deferred<undefined>;
  let log: RecordingLogger;
  let codes: number[];
  let complaints: unknown[];
  let stops: number;
  let time: number;
  let end: ProcessEnd;

  beforeEach(() => {
    stopping = deferred();
    log = new RecordingLogger();
    [codes, complaints, stops, time] = [[], [], 0, 0];
    end = new ProcessEnd({
      stop: async () => {
        stops += 1;
        return stopping.promise;
      },
      flush: async () => Promise.resolve(),
      exit: (code) => codes.push(code),
      complain: (error) => complaints.push(error),
      now: () => time,
      limitMs: 50,
    });
    end.log = log;
  });

  afterEach(async () => {
    stopping.resolve(undefined);
    await turn();
  });

  const events = (): readonly string[] => log.records.map(({ event }) => event);

  it('P-31: stops the parts, and exits with 0 when they are stopped', async () => {
    end.asked();
    await turn();
    const before = [...codes];
    stopping.resolve(undefined);
    await turn();

    assert.deepEqual([before, codes, stops], [[], [0], 1]);
  });

  it('takes two signals at once for one wish', async () => {
    end.asked();
    time = 1000;
    end.asked();
    stopping.resolve(undefined);
    await turn();

    assert.deepEqual([codes, stops], [[0], 1]);
  });

  it('P-31: exits at once with 1 when it is asked again', () => {
    end.asked();
    time = 1001;
    end.asked();

    assert.deepEqual(codes, [1]);
  });

  it('does not take a shell that ends for a second wish', () => {
    end.asked();
    time = 5000;
    end.begin();

    assert.deepEqual([codes, stops], [[], 1]);
  });

  it('exits with 1 when the parts do not stop in time, and says so', async () => {
    end.asked();
    while (codes.length === 0) await turn();

    assert.deepEqual(codes, [1]);
    assert.deepEqual(events(), ['stop.begun', 'stop.cutShort']);
  });

  it('exits with 1 when a part fails to stop', async () => {
    end.asked();
    stopping.reject(new TypeError('broken'));
    await turn();

    assert.deepEqual(codes, [1]);
    assert.deepEqual(events(), ['stop.begun', 'stop.failed']);
  });

  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    it(`P-30: writes down an ${kind}, ends what is under way, and exits with 1`, async () => {
      end.fault(kind, new TypeError('nobody caught this'));
      const before = [...codes];
      stopping.resolve(undefined);
      await turn();

      const [{ level, event, fields } = { level: '', event: '', fields: {} as never }] = log.records;
      assert.deepEqual([level, event, fields.reason], ['error', 'process.fault', kind]);
      assert.equal(fields.error, 'TypeError: nobody caught this');
      assert.match(String(fields.stack), /process-end\.test/u);
      assert.deepEqual([before, codes, stops], [[], [1], 1]);
    });
  }

  it('exits with 1 after a fault while it was ending', async () => {
    end.asked();
    end.fault('unhandledRejection', 'late');
    stopping.resolve(undefined);
    await turn();

    assert.deepEqual([codes, stops], [[1], 1]);
  });

  it('does not fill the log with a fault that comes again and again', () => {
    for (let time = 0; time < 1000; time += 1) end.fault('uncaughtException', new Error('again'));

    assert.equal(events().filter((event) => event === 'process.fault').length, 20);
  });

  it('tells of a fault before there is a log', () => {
    end.log = undefined;

    end.fault('uncaughtException', 'early');

    assert.deepEqual(complaints, ['early']);
  });
});
