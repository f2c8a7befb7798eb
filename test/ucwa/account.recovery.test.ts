import assert from 'node:assert/strict';

import {
  EventChannelTakenError,
  type StateInfo,
  UcwaApplicationGoneError,
  UcwaAuthenticationError,
  UcwaConversationEndedError,
  UcwaNotFoundError,
  UcwaResponseError,
  UcwaUnknownOutcomeError,
} from '../../src/ucwa';

import { acceptMeetings, MeetingEvents } from './support/packages';
import { anySignal, FastClock, type Pool, type Reply, wireMeeting, withAccountIn } from './support/pool';

const lost: Reply = { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound', message: 'Try again.' } };
const replaced: Reply = { status: 409, json: { code: 'Conflict', subcode: 'PGetReplaced' } };

async function until(condition: () => boolean): Promise<void> {
  const signal = anySignal();
  while (!condition()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The server forgets the application; the next one it makes has another number. */
function forget(pool: Pool): void {
  const old = pool.app;
  for (const route of [`GET ${old}`, `GET ${old}/my`, `GET ${old}/events`, `POST ${old}/my`, `DELETE ${old}`])
    pool.on(route, lost);
  pool.applicationId += 1;
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  describe(`Recovery of an account, in ${format}`, () => {
    describe('A lost application', () => {
      it('F-25: is made anew where it was, and the work done on the new one', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          forget(pool);

          assert.deepEqual(await account.meetings.list(anySignal()), []);
          assert.equal(pool.count('POST /apps'), 2);
          assert.equal(pool.count('POST /token'), 1);
          assert.equal(pool.count('GET /'), 1);
        });
      });

      it('F-25: is not missed when discovery no longer works', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.on('GET /', { cut: true });

          assert.deepEqual(await account.meetings.list(anySignal()), []);
          forget(pool);
          assert.deepEqual(await account.meetings.list(anySignal()), []);

          assert.deepEqual([pool.count('GET /'), pool.count('POST /apps')], [1, 2]);
        });
      });

      it('F-12: is made anew after the event channel noticed it', async () => {
        const states: StateInfo[] = [];
        await withAccount(
          async (pool, account) => {
            await account.signIn(anySignal());
            await until(() => pool.count(`GET ${pool.app}/events`) === 1);
            pool.push([]); // releases the P-GET; the next one meets a server that has forgotten us
            forget(pool);

            await until(() => states.some(({ state }) => state === 'application-lost'));
            await account.meetings.list(anySignal());
            assert.equal(pool.count('POST /apps'), 2);
          },
          { hooks: { onState: (info) => states.push(info) } },
        );
      });

      it('F-12: is not blamed for a sub-resource that is gone', async () => {
        await withAccount(async (pool, account) => {
          pool.on(`GET ${pool.app}/my`, {
            json: {
              _embedded: {
                myOnlineMeeting: [wireMeeting(pool, { onlineMeetingId: 'A' })],
              },
            },
          });
          await account.signIn(anySignal());
          pool.on(`GET ${pool.app}/my/A`, lost);

          await assert.rejects(account.meetings.get('A', anySignal()), UcwaNotFoundError);
          assert.equal(pool.count('POST /apps'), 1);
          assert.equal(pool.count(`GET ${pool.app}`), 1);
        });
      });

      it('is made anew when it goes between a collection and its items', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          const old = pool.app;
          pool.on(`GET ${old}/my`, { json: { _links: { myOnlineMeeting: [{ href: `${old}/my/A` }] } } });
          pool.on(`GET ${old}/my/A`, () => {
            forget(pool);
            pool.on(`GET ${pool.app}/my`, { json: { _embedded: { myOnlineMeeting: [wireMeeting(pool)] } } });
            return lost;
          });

          const meetings = await account.meetings.list(anySignal());

          assert.equal(meetings.length, 1);
          assert.equal(pool.count('POST /apps'), 2);
        });
      });

      it('leaves the outcome of what was under way open', async () => {
        await withAccount(async (pool, account) => {
          acceptMeetings(pool, new MeetingEvents(pool, 'op-1'));
          const starting = account.startOnlineMeeting({ operationId: 'op-1' }, anySignal());
          await until(() => pool.count(`POST ${pool.app}/start`) === 1);
          await new Promise((resolve) => setTimeout(resolve, 10));

          pool.on(`GET ${pool.app}/events`, lost);
          pool.on(`GET ${pool.app}`, lost);
          pool.push([]);

          await assert.rejects(starting, UcwaUnknownOutcomeError);
        });
      });

      it('is made anew three times in ten minutes, not more', async () => {
        const clock = new FastClock();
        await withAccount(
          async (pool, account) => {
            await account.signIn(anySignal());
            for (let n = 0; n < 3; n += 1) {
              forget(pool);
              await account.meetings.list(anySignal());
            }

            forget(pool);
            await assert.rejects(account.meetings.list(anySignal()), UcwaApplicationGoneError);
            assert.equal(pool.count('POST /apps'), 4);

            clock.offsetMs += 601_000;
            await account.meetings.list(anySignal());
            assert.equal(pool.count('POST /apps'), 5);
          },
          { clock },
        );
      });

      it('posts a creation again on the new application, because the old one did not execute it', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          forget(pool);
          pool.on(`POST ${pool.app}/my`, {
            status: 201,
            json: { onlineMeetingId: 'B', _links: { self: { href: `${pool.app}/my/B` } } },
          });

          assert.equal((await account.meetings.create({ subject: 'x' }, anySignal())).id, 'B');
        });
      });

      for (const [subcode, waitMs] of [
        ['TooManyApplications', 900_000],
        ['UserAgentNotAllowed', Infinity],
      ] as const) {
        it(`F-14: is not made anew by itself after 410 ${subcode}`, async () => {
          const clock = new FastClock();
          await withAccount(
            async (pool, account) => {
              await account.signIn(anySignal());
              pool.once(`GET ${pool.app}/my`, { status: 410, json: { code: 'Gone', subcode } });
              const isGone = (error: unknown): boolean =>
                error instanceof UcwaResponseError && error.subcode === subcode;

              await assert.rejects(account.meetings.list(anySignal()), isGone);
              await assert.rejects(account.meetings.list(anySignal()), isGone);
              assert.equal(pool.count('POST /apps'), 1);

              clock.offsetMs += 901_000;
              if (waitMs === Infinity) await assert.rejects(account.meetings.list(anySignal()), isGone);
              else await account.meetings.list(anySignal());
            },
            { clock },
          );
        });
      }

      it('F-13: is made anew after 410 InactiveApplicationExpired', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`GET ${pool.app}/my`, {
            status: 410,
            json: { code: 'Gone', subcode: 'InactiveApplicationExpired' },
          });

          await account.meetings.list(anySignal());
          assert.equal(pool.count('POST /apps'), 2);
        });
      });
    });

    describe('A token', () => {
      it('is renewed when the server says 401, and the request repeated', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.token = 'cwt=SECRET-TOKEN-2';

          await Promise.all([account.meetings.list(anySignal()), account.meetings.list(anySignal())]);

          assert.equal(pool.count('POST /token'), 2);
        });
      });

      it('is renewed before it ends, by one request for all', async () => {
        const clock = new FastClock();
        await withAccount(
          async (pool, account) => {
            await account.signIn(anySignal());
            clock.offsetMs += 28_800_000 - 200_000;

            await Promise.all([account.meetings.list(anySignal()), account.meetings.list(anySignal())]);
            assert.equal(pool.count('POST /token'), 2);
          },
          { clock },
        );
      });

      it('goes on serving while its renewal fails, until it ends', async () => {
        const clock = new FastClock();
        await withAccount(
          async (pool, account) => {
            await account.signIn(anySignal());
            pool.on('POST /token', { status: 503, headers: { 'content-type': 'text/html' }, text: 'x' });
            clock.offsetMs += 28_800_000 - 200_000;
            await account.meetings.list(anySignal());

            clock.offsetMs += 300_000;
            await assert.rejects(account.meetings.list(anySignal()), UcwaResponseError);
          },
          { clock },
        );
      });

      it('F-10: is renewed for a held P-GET, which then asks the same URL', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          await until(() => pool.count(`GET ${pool.app}/events`) === 1);
          pool.once(`GET ${pool.app}/events`, () => pool.challenge());
          pool.push([]);

          await until(() => pool.count(`GET ${pool.app}/events`) === 3);
          const asked = pool.requests.map(({ path }) => path).filter((path) => path.includes('/events'));
          assert.deepEqual(
            asked.map((path) => path.slice(-1)),
            ['1', '2', '2'],
          );
          assert.equal(pool.count('POST /token'), 2);
        });
      });

      it('F-11: that cannot be renewed because the password changed fails the next call, posting the password once', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.token = 'cwt=SECRET-TOKEN-2';
          pool.password = 'changed';
          pool.push([]);

          await assert.rejects(account.meetings.list(anySignal()), UcwaAuthenticationError);
          await assert.rejects(account.meetings.list(anySignal()), UcwaAuthenticationError);
          assert.equal(pool.count('POST /token'), 2);
        });
      });
    });

    describe('The event channel of an account', () => {
      it('runs also when meetings are only scheduled, because it keeps the application alive', async () => {
        await withAccount(async (pool, account) => {
          await account.meetings.list(anySignal());
          await until(() => pool.count(`GET ${pool.app}/events`) === 1);
          pool.push([]);
          await until(() => pool.count(`GET ${pool.app}/events`) === 2);
        });
      });

      it('F-15: taken by somebody else ends what is under way and bars new meetings, but not scheduling', async () => {
        await withAccount(async (pool, account) => {
          const events = new MeetingEvents(pool, 'op-1');
          acceptMeetings(pool, events);
          await account.signIn(anySignal());
          pool.on(`GET ${pool.app}/events`, replaced);
          const starting = account.startOnlineMeeting({ operationId: 'op-1' }, anySignal());
          pool.push([]);

          await assert.rejects(starting, EventChannelTakenError);
          await assert.rejects(account.startOnlineMeeting({}, anySignal()), EventChannelTakenError);
          assert.deepEqual(await account.meetings.list(anySignal()), []);
        });
      });

      it('that the server does not have at all leaves scheduling alone', async () => {
        await withAccount(async (pool, account) => {
          pool.on(`GET ${pool.app}/events`, { status: 405, json: { code: 'MethodNotAllowed' } });
          await account.signIn(anySignal());
          await until(() => pool.count(`GET ${pool.app}/events`) === 1);

          await assert.rejects(account.startOnlineMeeting({}, anySignal()), UcwaResponseError);
          await account.meetings.list(anySignal());
          assert.equal(pool.count('POST /apps'), 1);
        });
      });

      it('F-16: ends all conversations on resume, before it reads the events that come with it', async () => {
        await withAccount(async (pool, account) => {
          const [first, second] = [new MeetingEvents(pool, 'op-1', '1'), new MeetingEvents(pool, 'op-2', '2')];
          acceptMeetings(pool, first);
          pool.on(`GET ${first.conversation}`, { json: { _links: {} } });
          pool.push(first.success());
          const joined = await account.startOnlineMeeting({ operationId: 'op-1' }, anySignal());
          acceptMeetings(pool, second);
          const starting = account.startOnlineMeeting({ operationId: 'op-2' }, anySignal());
          await until(() => pool.count(`POST ${pool.app}/start`) === 2);

          pool.push(second.success(), { resume: { href: `${pool.app}/events?ack=3` } });

          const other = await starting;
          assert.equal(other.onlineMeeting.conferenceId, '12983487');
          await assert.rejects(
            joined.someoneElseJoined(anySignal()),
            (error: unknown) => error instanceof UcwaConversationEndedError && error.reason === 'SessionReset',
          );
          await other.leave(anySignal());
          assert.equal(pool.count(`DELETE ${second.conversation}`), 1); // it came after the reset, so it goes on
        });
      });

      it('F-16: reads anew on resync what it had under way', async () => {
        await withAccount(async (pool, account) => {
          const events = new MeetingEvents(pool, 'op-1');
          acceptMeetings(pool, events);
          pool.on(`GET ${events.invitation}`, {
            json: { state: 'Connected', _links: { conversation: { href: events.conversation } } },
          });
          pool.on(`GET ${events.conversation}`, {
            json: { _links: { onlineMeeting: { href: `${events.conversation}/onlineMeeting` } } },
          });
          const starting = account.startOnlineMeeting({ operationId: 'op-1' }, anySignal());
          await until(() => pool.count(`POST ${pool.app}/start`) === 1);
          await new Promise((resolve) => setTimeout(resolve, 10));

          pool.push([], { resync: { href: `${pool.app}/events?ack=9` } });

          assert.equal((await starting).onlineMeeting.conferenceId, '12983487');
          await until(() => pool.requests.some(({ path }) => path.endsWith('ack=9')));
        });
      });

      it('does not know the outcome of an operation that the server forgot', async () => {
        await withAccount(async (pool, account) => {
          const events = new MeetingEvents(pool, 'op-1');
          acceptMeetings(pool, events);
          const starting = account.startOnlineMeeting({ operationId: 'op-1' }, anySignal());
          await until(() => pool.count(`POST ${pool.app}/start`) === 1);
          await new Promise((resolve) => setTimeout(resolve, 10));

          pool.push([], { resync: { href: `${pool.app}/events?ack=2` } });

          await assert.rejects(starting, UcwaUnknownOutcomeError);
        });
      });
    });
  });
}
