import assert from 'node:assert/strict';

import { MeetingProblem } from '../../src/meetings/errors';
import { PersonalMeetings, type PersonalMeetingsDeps } from '../../src/meetings/personal-meetings';
import type { Person } from '../../src/meetings/ports';
import { type Deferred, deferred } from '../support/deferred';
import { FakeGateway } from '../support/fake-gateway';
import { freeGuard } from '../support/free-guard';
import { meeting, NOW } from '../support/meetings';
import { MemoryBook } from '../support/memory-book';
import { MemoryReminders } from '../support/memory-reminders';
import { MemoryStore } from '../support/memory-store';
import { RecordingLogger } from '../support/recording-logger';

const ANNA: Person = { id: 'anna', name: 'Anna' };
const LUKAS: Person = { id: 'lukas', name: 'Lukas' };
const PETRA: Person = { id: 'petra', name: 'Petra' };
const SIGNAL = new AbortController().signal;

/** Accounts of people, each with a server of its own, that note what becomes of them. */
class Accounts {
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  readonly detached: string[] = [];
  readonly gateways = new Map<string, FakeGateway>();
  readonly books = new Map<string, MemoryBook>();
  readonly log = new RecordingLogger();
  /** Resolves when the next account was closed. */
  nextClose: Deferred<undefined> = deferred();
  closeFailure: Error | undefined;

  meetings(over: Partial<PersonalMeetingsDeps> = {}): PersonalMeetings {
    const { log } = this;
    return new PersonalMeetings({
      ...{
        open: (person) => this.#open(person),
        bookOf: (id) => this.bookOf(id),
        store: new MemoryStore(),
        now: () => NOW,
        log,
        stayMs: 60_000,
      },
      reminders: new MemoryReminders(),
      ...over,
    });
  }

  bookOf(id: string): MemoryBook {
    const book = this.books.get(id) ?? new MemoryBook();
    this.books.set(id, book);
    return book;
  }

  #open({ id }: Person) {
    this.opened.push(id);
    const gateway = new FakeGateway(meeting({ id: `of-${id}`, subject: `Secret of ${id}` }));
    gateway.companyIsThere = false;
    this.gateways.set(id, gateway);
    const close = async (): Promise<void> => {
      this.closed.push(id);
      this.nextClose.resolve(undefined);
      this.nextClose = deferred();
      if (this.closeFailure !== undefined) throw this.closeFailure;
      return Promise.resolve();
    };
    return { gateway, close, detach: () => void this.detached.push(id) };
  }
}

describe('PersonalMeetings', () => {
  it('open one account for each person, when it is needed', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings();
    const lease = people.borrow(ANNA);
    people.borrow(ANNA).done();

    const viewpoint = { personId: 'anna', conversationId: 'a:1' };
    const listed = await lease.meetings.list(viewpoint, SIGNAL);
    people.borrow(LUKAS).done();
    lease.done();
    await people.closeAll();

    assert.deepEqual(
      listed.map(({ subject }) => subject),
      ['Secret of anna'],
    );
    assert.deepEqual(accounts.opened, ['anna', 'lukas']);
  });

  it('say of a meeting that is not in the account that it may be somebody else’s', async () => {
    const accounts = new Accounts();
    const { meetings, done } = accounts.meetings().borrow(LUKAS);

    await assert.rejects(meetings.byId('of-anna', SIGNAL), { code: 'meeting.notYours' });
    done();
  });

  it('say of a meeting of their own that it is gone', async () => {
    const accounts = new Accounts();
    const { meetings, done } = accounts.meetings().borrow(ANNA);
    const { id } = await meetings.create({ subject: 'X' }, { person: ANNA, onceKey: 'k', guard: freeGuard }, SIGNAL);
    accounts.gateways.get('anna')?.meetings.delete(id);

    await assert.rejects(meetings.byId(id, SIGNAL), { code: 'meeting.gone' });
    done();
  });

  it('close an account that nobody needs, and open it again', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings({ idleMs: 1 });
    const closed = accounts.nextClose.promise;
    const lease = people.borrow(ANNA);
    lease.done();
    lease.done();

    await closed;
    people.borrow(ANNA);

    assert.deepEqual(accounts.opened, ['anna', 'anna']);
    assert.equal(people.size, 1);
  });

  it('keep an account open while it is worked with', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings({ idleMs: 1 });
    const working = people.borrow(ANNA);
    people.borrow(ANNA).done();
    const closed = accounts.nextClose.promise;
    people.borrow(LUKAS).done();

    await closed;

    assert.deepEqual(accounts.closed, ['lukas']);
    working.done();
    await people.closeAll();
  });

  it('keep an account open while Confer waits in a meeting of it', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings({ idleMs: 1 });
    const { meetings, done } = people.borrow(ANNA);
    await meetings.start('Standup', { person: ANNA, onceKey: 'k', guard: freeGuard }, SIGNAL);
    const closed = accounts.nextClose.promise;
    done();
    people.borrow(LUKAS).done();

    await closed;

    assert.deepEqual(accounts.closed, ['lukas']);
    await people.closeAll();
    assert.deepEqual(accounts.closed, ['lukas', 'anna']);
    assert.equal(accounts.gateways.get('anna')?.attendances[0]?.left, 1);
  });

  it('P-13: go on with what a process that is gone began with somebody’s account', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings();
    await accounts.bookOf('anna').begin({ marker: 'ref A', owner: undefined, personId: 'anna' });
    people.borrow(ANNA).done();
    const attendance = accounts.gateways.get('anna')?.startElsewhere('Standup', 'ref A');

    await people.resume(['anna', 'lukas']);
    assert.equal(people.isBusy, true);
    while ((await accounts.bookOf('anna').find('ref A'))?.meeting === undefined) await new Promise(setImmediate);
    attendance?.someoneComes();
    await people.idle();

    assert.deepEqual([attendance?.left, people.isBusy], [1, false]);
    await people.closeAll();
  });

  it('F-35: say when it could not be read what somebody’s account has to go on with', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings();
    accounts.bookOf('anna').open = async () => Promise.reject(new TypeError('the database is away'));
    await accounts.bookOf('lukas').begin({ marker: 'ref L', owner: undefined, personId: 'lukas' });

    await assert.rejects(people.resume(['anna', 'lukas']), /the database is away/u);

    assert.equal(people.isBusy, true, 'the others are gone on with');
    await people.closeAll();
  });

  it('P-13: pass over whoever can have no account', async () => {
    const accounts = new Accounts();
    const open = (): never => {
      throw new MeetingProblem('signIn.unknownPerson');
    };

    await accounts.meetings({ open }).resume(['nobody']);

    assert.equal(accounts.log.of('attendance.notResumed').length, 1);
  });

  it('P-31: leave everything as it is for the process that goes on', async () => {
    const accounts = new Accounts();
    const people = accounts.meetings();
    const { meetings, done } = people.borrow(ANNA);
    await meetings.start('Standup', { person: ANNA, onceKey: 'k', guard: freeGuard }, SIGNAL);
    done();

    people.handOver();
    await people.closeAll();

    assert.deepEqual([accounts.detached, accounts.closed, people.size], [['anna'], [], 0]);
    assert.equal(accounts.gateways.get('anna')?.attendances[0]?.left, 0);
    assert.equal((await accounts.bookOf('anna').open()).length, 1);
  });

  it('make room with the account that was used longest ago', () => {
    const accounts = new Accounts();
    const people = accounts.meetings({ limit: 2 });
    for (const person of [ANNA, LUKAS, ANNA]) people.borrow(person).done();

    people.borrow(PETRA).done();

    assert.equal(people.size, 2);
    people.borrow(ANNA).done();
    assert.deepEqual(accounts.opened, ['anna', 'lukas', 'petra']);
  });

  it('say that they are busy when every account is in use', () => {
    const people = new Accounts().meetings({ limit: 1 });
    people.borrow(ANNA);

    assert.throws(() => people.borrow(LUKAS), new MeetingProblem('bot.full'));
    people.borrow(ANNA).done();
  });

  it('sign everybody out at the end, whatever fails', async () => {
    const accounts = new Accounts();
    accounts.closeFailure = new TypeError('down');
    const people = accounts.meetings();
    people.borrow(ANNA).done();
    people.borrow(LUKAS);

    await people.closeAll();

    assert.deepEqual(accounts.closed.sort(), ['anna', 'lukas']);
    assert.equal(people.size, 0);
    assert.equal(accounts.log.of('signOut.failed').length, 2);
  });
});
