import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import { DoorHarness } from './door-harness';

/** Short limits, so that a test of patience takes no time. */
const IMPATIENT = { headersTimeout: 300, requestTimeout: 600, checkEvery: 50, maxConnections: 20 };

describe('how long the front door waits', function () {
  this.timeout(10_000);

  let door: DoorHarness;

  beforeEach(async () => {
    door = await DoorHarness.start(IMPATIENT);
  });

  afterEach(async () => {
    await door.stop();
  });

  it('A-10: waits for a slow body only as long as the limit says', async () => {
    const line = await door.open();
    line.write(
      [
        'POST /api/messages HTTP/1.1',
        'Host: confer',
        'Content-Type: application/json',
        `Authorization: ${door.bearer()}`,
        'Content-Length: 1000\r\n\r\n',
      ].join('\r\n'),
    );
    const drip = setInterval(() => {
      line.write(' ');
    }, 20);

    await line.closed();
    clearInterval(drip);

    assert.match(line.received, /^HTTP\/1\.1 408 [^]*"RequestTooSlow"/u);
    assert.deepEqual(door.turns, []);
  });

  it('A-10: waits for slow headers only as long as the limit says', async () => {
    const line = await door.open();
    line.write('POST /api/messages HTTP/1.1\r\nHost: confer\r\nX-Slow: ');

    await line.closed();

    assert.match(line.received, /^HTTP\/1\.1 408 /u);
  });

  it('A-10: holds so many idle connections and no more, and serves honest people afterwards', async () => {
    const lines = await Promise.all(Array.from({ length: 50 }, async () => door.open()));
    await turn();
    await Promise.all(lines.map(async (line) => line.closed()));

    // Those it held were told when their time was over; the others were cut off at once.
    assert.equal(lines.filter(({ received }) => received.startsWith('HTTP/1.1 408 ')).length, 20);
    assert.equal(lines.filter(({ received }) => received === '').length, 30);
    assert.equal((await door.say()).status, 200);
  });
});
