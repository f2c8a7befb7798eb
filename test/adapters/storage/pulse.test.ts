import assert from 'node:assert/strict';

import { DatabasePulse } from '../../../src/adapters/storage/pulse';
import { engines, openMigrated } from '../../support/databases';
import { RecordingLogger } from '../../support/recording-logger';

/** A database that answers as it is told, and a clock that moves while somebody waits. */
class Stage {
  readonly log = new RecordingLogger();
  readonly stopping = new AbortController();
  time = 0;
  /** What the clock of the database says; undefined: it has none. */
  databaseTime: number | undefined;
  /** What each ping comes to, oldest first; the pulse stops with the last. */
  readonly answers: ('well' | 'lost')[];
  /** What the pulse says after each. */
  readonly said: boolean[] = [];
  readonly pulse: DatabasePulse;

  constructor(...answers: ('well' | 'lost')[]) {
    this.answers = answers;
    this.pulse = new DatabasePulse({
      log: this.log,
      ping: async () =>
        this.answers.shift() === 'well' ? Promise.resolve(this.databaseTime) : Promise.reject(new Error('gone')),
      clock: {
        now: () => this.time,
        wallNow: () => 1_000_000 + this.time,
        sleep: async (ms) => {
          this.time += ms;
          this.said.push(this.pulse.isWell);
          if (this.answers.length === 0) this.stopping.abort();
          return Promise.resolve();
        },
      },
    });
  }

  async run(): Promise<void> {
    await this.pulse.run(this.stopping.signal);
  }
}

describe('DatabasePulse', () => {
  it('is well as long as the database answers', async () => {
    const stage = new Stage('well', 'well', 'well', 'well', 'well');

    await stage.run();

    assert.deepEqual(stage.said, [true, true, true, true, true]);
    assert.deepEqual(stage.log.records, []);
  });

  it('says so at once when it does not, and when it does again, each once', async () => {
    const stage = new Stage('well', 'lost', 'lost', 'well');

    await stage.run();

    assert.deepEqual(stage.said, [true, false, false, true]);
    assert.deepEqual(
      stage.log.records.map(({ event }) => event),
      ['database.lost', 'database.back'],
    );
  });

  it('P-35: does not trust an old answer when no new one comes', () => {
    const stage = new Stage();
    const well = stage.pulse.isWell;

    stage.time = 9000;

    assert.deepEqual([well, stage.pulse.isWell], [true, false]);
  });

  it('F-41: hears from the answers what the clock of the database says', async () => {
    const stage = new Stage('well');
    stage.databaseTime = 1_000_000 + 3_600_000;

    await stage.run();

    assert.deepEqual([stage.pulse.clock.isRight, stage.pulse.clock.offByMs], [false, 3_600_000]);
  });

  it('takes our clock for right where the database has none of its own', async () => {
    const stage = new Stage('well');

    await stage.run();

    assert.deepEqual([stage.pulse.clock.isRight, stage.pulse.clock.offByMs], [true, 0]);
  });

  for (const { name, newHome } of engines) {
    it(`asks a database on ${name}, and hears when it is closed`, async () => {
      const home = await newHome();
      const database = await openMigrated(home);

      await database.ping();
      await database.close();

      await assert.rejects(database.ping());
      await home.remove();
    });
  }
});
