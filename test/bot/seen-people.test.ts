import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { SeenPeople } from '../../src/bot/seen-people';
import type { SeenPeopleStore, SeenPerson } from '../../src/meetings/seen-people';
import { ANNA, messageActivity } from '../support/chat';

const DAY_MS = 24 * 60 * 60_000;
const ID = ANNA.aadObjectId;

/** What the processes share. */
class Store implements SeenPeopleStore {
  readonly people = new Map<string, SeenPerson>();
  /** `find` and `save`, oldest first. */
  readonly asked: string[] = [];
  isAway = false;
  /** Never answers. */
  isSilent = false;

  async find(personId: string): Promise<SeenPerson | undefined> {
    await this.#ask('find');
    return this.people.get(personId);
  }

  async save(personId: string, seen: SeenPerson): Promise<void> {
    await this.#ask('save');
    this.people.set(personId, { ...this.people.get(personId), ...seen });
  }

  async #ask(what: string): Promise<void> {
    this.asked.push(what);
    if (this.isSilent) await new Promise(() => undefined);
    if (this.isAway) throw new Error('the database is away');
  }
}

/** What Teams sends when it leaves out how somebody reads. */
function bare(): Partial<Activity> {
  const { entities, locale, localTimezone, ...rest } = messageActivity('', { id: 'b' });
  assert.ok(entities !== undefined && locale !== undefined && localTimezone !== undefined);
  return rest;
}

describe('SeenPeople', () => {
  let store: Store;
  let nowMs: number;

  beforeEach(() => {
    store = new Store();
    nowMs = 0;
  });

  function people(): SeenPeople {
    return new SeenPeople({ store, now: () => nowMs });
  }

  /** What a turn does. @returns the reader. */
  async function turn(seen: SeenPeople, activity: Partial<Activity>) {
    await seen.recall(activity);
    const reader = seen.readerOf(ID, activity);
    await seen.save(ID);
    return reader;
  }

  const berlin = (): Partial<Activity> => messageActivity('help', { id: 'm', locale: 'de-DE' });

  it('fill the gaps of an activity from what another process saw', async () => {
    await turn(people(), berlin());

    assert.deepEqual(await turn(people(), bare()), { zone: 'Europe/Berlin', locale: 'de-DE' });
    assert.deepEqual(await people().userOf(ID), { userId: ANNA.id, channelId: 'msteams' });
  });

  it('ask the store once, and only where there is a gap', async () => {
    const seen = people();
    for (let time = 0; time < 5; time += 1) await turn(seen, berlin());
    const other = people();
    for (let time = 0; time < 5; time += 1) await turn(other, bare());

    assert.deepEqual(store.asked, ['save', 'find', 'save']);
  });

  it('write when somebody reads otherwise than before, and once a day', async () => {
    const seen = people();
    await turn(seen, berlin());
    await turn(seen, messageActivity('help', { id: 'm', locale: 'de-DE', timezone: 'Asia/Tokyo' }));
    await turn(seen, bare());
    nowMs = DAY_MS;
    await turn(seen, bare());

    assert.deepEqual(store.asked, ['save', 'save', 'save']);
    assert.equal(store.people.get(ID)?.zone, 'Asia/Tokyo');
  });

  it('write in the next turn what could not be written', async () => {
    const seen = people();
    store.isAway = true;
    await turn(seen, berlin());
    store.isAway = false;
    await turn(seen, bare());

    assert.equal(store.people.get(ID)?.zone, 'Europe/Berlin');
  });

  it('let nobody wait for a store that is silent', async () => {
    store.isSilent = true;
    const seen = people();
    const startedAt = performance.now();

    await seen.recall(bare());

    assert.deepEqual(seen.readerOf(ID, bare()), { zone: 'UTC', locale: 'en-US' });
    assert.ok(performance.now() - startedAt < 1000);
  });

  it('say that the store is away where somebody must be known', async () => {
    store.isAway = true;

    await assert.rejects(people().userOf(ID), /the database is away/u);
  });

  it('know nobody who was never seen', async () => {
    assert.equal(await people().userOf(ID), undefined);
    assert.equal(await new SeenPeople().userOf(ID), undefined);
  });
});
