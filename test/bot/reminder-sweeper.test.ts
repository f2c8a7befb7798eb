import assert from 'node:assert/strict';

import type { Database } from '../../src/adapters/storage/database';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { SqlReminderStore } from '../../src/adapters/storage/sql-reminder-store';
import type { OperationRequest } from '../../src/bot/operation-request';
import { ReminderSweeper } from '../../src/bot/reminder-sweeper';
import type { Reminder } from '../../src/meetings/reminder-store';
import { type DatabaseHome, engines, openMigrated } from '../support/databases';
import { deferred } from '../support/deferred';
import { MemoryReminders } from '../support/memory-reminders';
import { RecordingLogger } from '../support/recording-logger';

const KEY = Buffer.alloc(32, 7);

const ADDRESS = {
  user: { id: '29:anna', name: 'Anna Berger', aadObjectId: 'anna' },
  bot: { id: '28:confer', name: 'Confer' },
  conversation: { id: 'a:1', conversationType: 'personal' },
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  locale: 'de-DE',
};

describe('ReminderSweeper', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let reminders: SqlReminderStore;
      let journal: SqlOperationStore;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        reminders = new SqlReminderStore(database);
        journal = new SqlOperationStore(database);
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const remind = async (meetingId: string, inMs: number): Promise<Reminder> => {
        const dueAt = new Date(Date.now() + inMs);
        const place = { conversationId: 'a:1', address: ADDRESS, zone: 'Europe/Berlin' };
        const plan = { lead: 'PT10M', countsTo: 'start', meetingAt: dueAt, dueAt, state: 'waiting' } as const;
        return reminders.save({ personId: 'anna', meetingId, ...place, ...plan });
      };

      const sweeper = (over: { reminders?: SqlReminderStore } = {}): ReminderSweeper =>
        new ReminderSweeper({ reminders, journal, key: KEY, log: new RecordingLogger(), ...over });

      const operations = async (): Promise<readonly { id: string; kind: string; request: string | null }[]> =>
        database.db.selectFrom('operations').select(['id', 'kind', 'request']).execute();

      it('hands what is due to the journal once, however many processes sweep at once', async () => {
        for (let index = 0; index < 15; index += 1) await remind(`M${String(index)}`, -1000);
        await remind('LATER', 3_600_000);

        await Promise.all(Array.from({ length: 4 }, async () => sweeper().sweep()));
        await sweeper().sweep();

        const states = (await reminders.ofPerson('anna')).map(({ state }) => state);
        assert.equal((await operations()).length, 15);
        assert.deepEqual(
          states.filter((state) => state === 'waiting'),
          ['waiting'],
        );
      });

      it('hands it over as the same operation again when a process ended in between', async () => {
        const kept = await remind('M1', -1000);
        class CutOff extends SqlReminderStore {
          override async said(): Promise<void> {
            return Promise.reject(new Error('the process has ended'));
          }
        }
        await assert.rejects(sweeper({ reminders: new CutOff(database) }).sweep());
        const first = await operations();
        await database.db.updateTable('reminders').set({ lease_until: 0 }).execute();

        await sweeper().sweep();

        assert.deepEqual(await operations(), first);
        assert.equal(first.length, 1);
        assert.equal((await reminders.find(kept.id))?.state, 'said');
      });

      it('makes another operation of another plan, even for the same moment', async () => {
        const kept = await remind('M1', -1000);
        await sweeper().sweep();
        await reminders.plan(kept, { state: 'waiting' });

        await sweeper().sweep();

        assert.equal((await operations()).length, 2);
      });

      it('writes down where and for whom, and nothing that was typed', async () => {
        const kept = await remind('M1', -1000);

        await sweeper().sweep();

        const [{ kind, request } = { kind: '', request: '' }] = await operations();
        const { activity, own } = JSON.parse(request ?? '') as OperationRequest;
        assert.equal(kind, 'reminder');
        assert.deepEqual(own, { kind: 'reminder', id: kept.id, revision: 1 });
        assert.deepEqual([activity.type, activity.text, activity.value], ['event', undefined, undefined]);
        assert.deepEqual([activity.from.id, activity.conversation.id, activity.locale], ['29:anna', 'a:1', 'de-DE']);
        assert.equal(activity.localTimezone, 'Europe/Berlin');
      });
    });
  }

  it('goes on after the database was away, and says so', async () => {
    const log = new RecordingLogger();
    const asked = deferred();
    class Away extends MemoryReminders {
      override async claim(): Promise<undefined> {
        asked.resolve(undefined);
        return Promise.reject(new Error('no database'));
      }
    }
    const journal = { accept: async () => Promise.resolve('accepted' as const) };
    const sweeping = new ReminderSweeper({ reminders: new Away(), journal, key: KEY, log });

    sweeping.start();
    await asked.promise;
    await sweeping.stop();

    assert.deepEqual(
      log.records.map(({ event }) => event),
      ['reminders.notSwept'],
    );
  });
});
