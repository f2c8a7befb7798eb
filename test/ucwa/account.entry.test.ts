import assert from 'node:assert/strict';

import {
  type JoinedMeeting,
  UcwaConversationEndedError,
  UcwaNotEnabledError,
  UcwaNotFoundError,
  UcwaOperationFailedError,
  UcwaResponseError,
  UcwaUnknownOutcomeError,
} from '../../src/ucwa';

import { acceptMeetings, MeetingEvents } from './support/packages';
import { anySignal, html, inputOf, type Pool, type Received, withAccountIn } from './support/pool';

const operationId = 'op-1';
const lukas = '/participants/lukas';

function prepare(pool: Pool): MeetingEvents {
  const events = new MeetingEvents(pool, operationId);
  acceptMeetings(pool, events);
  return events;
}

async function until(condition: () => boolean): Promise<void> {
  const signal = anySignal();
  while (!condition()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  describe(`Entering meetings, in ${format}`, () => {
    describe('startOnlineMeeting', () => {
      it('posts to the link as it is and reads the meeting from inside', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push(events.success());

          const joined = await account.startOnlineMeeting(
            { operationId, subject: 'Budget sync', importance: 'Urgent', threadId: 't-1' },
            anySignal(),
          );

          const sent = pool.last(`POST ${pool.app}/start`);
          assert.equal(sent.path, `${pool.app}/start?onlineMeetingUri=adhoc`);
          assert.deepEqual(inputOf(sent), {
            operationId,
            importance: 'Urgent',
            subject: 'Budget sync',
            threadId: 't-1',
          });
          assert.equal(joined.operationId, operationId);
          assert.equal(joined.inLobby, false);
          assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/annab/7QX2MZ4K');
          assert.equal(joined.onlineMeeting.conferenceId, '12983487');
        });
      });

      it('makes an operationId of at most 50 characters where none is given', async () => {
        await withAccount(async (pool, account) => {
          prepare(pool);
          pool.once(`POST ${pool.app}/start`, (request: Received) => {
            const { operationId: id } = inputOf(request) as { operationId: string };
            pool.push(new MeetingEvents(pool, id).success());
            return { status: 201 };
          });

          const joined = await account.startOnlineMeeting({}, anySignal());

          assert.match(joined.operationId, /^[\da-f]{32}$/);
        });
      });

      it('does not read the meeting again when an event brought its join URL', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push([
            ...events.success(),
            events.inside(events.meetingAdded({ joinUrl: 'https://meet.contoso.com/embedded' })),
          ]);

          const joined = await account.startOnlineMeeting({ operationId }, anySignal());

          assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/embedded');
          assert.equal(pool.count(`GET ${events.conversation}/onlineMeeting`), 0);
        });
      });

      it('is correlated when all events come before the 201', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.once(`POST ${pool.app}/start`, async () => {
            pool.push([events.communication(events.started())]);
            pool.push(events.success());
            await until(() => pool.requests.some(({ path }) => path.endsWith('ack=3')));
            return { status: 201, headers: { location: events.invitation } };
          });

          const joined = await account.startOnlineMeeting({ operationId }, anySignal());

          assert.equal(joined.operationId, operationId);
        });
      });

      it('is correlated by the invitation URL when the events carry no content and come first', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          const link = { rel: 'onlineMeetingInvitation', href: `//${events.invitation}` };
          pool.on(`GET ${events.invitation}`, {
            json: { state: 'Connected', _links: { conversation: { href: events.conversation } } },
          });
          pool.on(`GET ${events.conversation}`, {
            json: { _links: { onlineMeeting: { href: `${events.conversation}/onlineMeeting` } } },
          });
          pool.once(`POST ${pool.app}/start`, async () => {
            pool.push([events.communication({ link, type: 'completed', status: 'Success' })]);
            await until(() => pool.requests.some(({ path }) => path.endsWith('ack=2')));
            return { status: 201, headers: { location: events.invitation } };
          });

          const joined = await account.startOnlineMeeting({ operationId }, anySignal());

          assert.equal(joined.onlineMeeting.conferenceId, '12983487');
        });
      });

      it('takes an answer that carries the invitation instead of a Location', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          const _links = { self: { href: events.invitation }, conversation: { href: events.conversation } };
          pool.once(`POST ${pool.app}/start`, {
            status: 200,
            json: { rel: 'onlineMeetingInvitation', state: 'Connected', _links },
          });
          pool.on(`GET ${events.conversation}`, {
            json: { _links: { onlineMeeting: { href: `${events.conversation}/onlineMeeting` } } },
          });

          const joined = await account.startOnlineMeeting({ operationId }, anySignal());

          assert.equal(joined.onlineMeeting.conferenceId, '12983487');
        });
      });

      it('keeps two starts at the same time apart', async () => {
        await withAccount(async (pool, account) => {
          const names = ['a', 'b'];
          for (const name of names) {
            const events = new MeetingEvents(pool, `op-${name}`, name);
            pool.on(`GET ${events.conversation}/onlineMeeting`, {
              json: { joinUrl: `https://meet.contoso.com/${name}` },
            });
          }
          pool.on(`POST ${pool.app}/start`, (request: Received) => {
            const { operationId: id } = inputOf(request) as { operationId: string };
            pool.push(new MeetingEvents(pool, id, id.slice(-1)).success());
            return { status: 201 };
          });

          const start = async (name: string): Promise<string | undefined> =>
            (await account.startOnlineMeeting({ operationId: `op-${name}` }, anySignal())).onlineMeeting.joinUrl;

          assert.deepEqual(await Promise.all(names.map(start)), [
            'https://meet.contoso.com/a',
            'https://meet.contoso.com/b',
          ]);
        });
      });

      it('fails with the reason of the server', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          const reason = { code: 'RemoteFailure', subcode: 'TooManyParticipants', message: 'The meeting is full.' };
          pool.push([events.communication(events.completed('Failure', reason))]);

          await assert.rejects(account.startOnlineMeeting({ operationId }, anySignal()), (error: unknown) => {
            assert.ok(error instanceof UcwaOperationFailedError);
            assert.deepEqual(
              [error.code, error.subcode, error.serverMessage],
              ['RemoteFailure', 'TooManyParticipants', 'The meeting is full.'],
            );
            return true;
          });
        });
      });

      it('counts a success as such although it carries a reason', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push([
            events.communication(events.conversationIs('Conferenced', 'added')),
            events.communication(events.completed('Success', { code: 'Informational' })),
          ]);

          assert.equal((await account.startOnlineMeeting({ operationId }, anySignal())).operationId, operationId);
        });
      });

      it('waits for its events after a POST without an answer, and posts once', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.on(`POST ${pool.app}/start`, () => {
            setTimeout(() => {
              pool.push(events.success());
            }, 20);
            return { cut: true };
          });

          const joined = await account.startOnlineMeeting({ operationId }, anySignal());

          assert.equal(joined.operationId, operationId);
          assert.equal(pool.count(`POST ${pool.app}/start`), 1);
        });
      });

      it('does not know the outcome when nothing comes after a POST without an answer, and leaves what comes later', async () => {
        await withAccount(
          async (pool, account) => {
            const events = prepare(pool);
            pool.on(`POST ${pool.app}/start`, { status: 503, ...html });

            await assert.rejects(
              account.startOnlineMeeting({ operationId }, anySignal()),
              (error: unknown) => error instanceof UcwaUnknownOutcomeError && error.status === 503,
            );

            pool.push(events.success());
            await until(() => pool.count(`DELETE ${events.conversation}`) === 1);
            assert.equal(pool.count(`POST ${pool.app}/start`), 1);
          },
          { timeouts: { operationMs: 400 } },
        );
      });

      for (const { status, subcode } of [
        { status: 409, subcode: 'AlreadyExists' },
        { status: 500, subcode: 'CallbackChannelError' },
      ]) {
        it(`passes ${subcode} on when nothing comes after it, and leaves what comes later`, async () => {
          await withAccount(
            async (pool, account) => {
              const events = prepare(pool);
              pool.on(`POST ${pool.app}/start`, { status, json: { code: 'Whatever', subcode } });

              await assert.rejects(
                account.startOnlineMeeting({ operationId }, anySignal()),
                (error: unknown) => error instanceof UcwaResponseError && error.subcode === subcode,
              );

              pool.push(events.success());
              await until(() => pool.count(`DELETE ${events.conversation}`) === 1);
              assert.equal(pool.count(`POST ${pool.app}/start`), 1);
            },
            { timeouts: { operationMs: 400 } },
          );
        });
      }

      it('leaves the meeting when the caller stops waiting', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          const controller = new AbortController();
          const reason = new RangeError('turn ended');
          const starting = account.startOnlineMeeting({ operationId }, controller.signal);
          await until(() => pool.count(`POST ${pool.app}/start`) === 1);

          controller.abort(reason);
          await assert.rejects(starting, reason);
          pool.push(events.success());

          await until(() => pool.count(`DELETE ${events.conversation}`) === 1);
        });
      });

      it('gives up on an operation that never ends', async () => {
        await withAccount(
          async (pool, account) => {
            const events = prepare(pool);
            pool.push([events.communication(events.started())]);

            await assert.rejects(account.startOnlineMeeting({ operationId }, anySignal()), UcwaUnknownOutcomeError);
          },
          { timeouts: { operationMs: 150 } },
        );
      });

      it('says so when the server offers no such link', async () => {
        await withAccount(async (pool, account) => {
          const application = { ...pool.application(), _embedded: {} };
          pool.on('POST /apps', { status: 201, json: application });
          pool.on(`GET ${pool.app}`, { json: application });

          await assert.rejects(
            account.startOnlineMeeting({ operationId }, anySignal()),
            (error: unknown) => error instanceof UcwaNotEnabledError && error.feature === 'conversations',
          );
        });
      });
    });

    describe('joinOnlineMeeting', () => {
      const onlineMeetingUri = 'sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';

      for (const [status, code, subcode, type] of [
        [404, 'NotFound', 'DestinationNotFound', UcwaNotFoundError],
        [403, 'Forbidden', 'None', UcwaResponseError],
        [409, 'Conflict', 'TooManyGroups', UcwaResponseError],
        [409, 'Conflict', 'None', UcwaResponseError],
        [410, 'Gone', 'CannotRedirect', UcwaResponseError],
      ] as const) {
        it(`passes ${code} ${subcode} on, after one POST`, async () => {
          await withAccount(async (pool, account) => {
            pool.on(`POST ${pool.app}/join`, { status, json: { code, subcode } });

            await assert.rejects(
              account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal()),
              (error: unknown) => error instanceof type && error.subcode === subcode && error.code === code,
            );
            assert.equal(pool.count(`POST ${pool.app}/join`), 1);
          });
        });
      }

      it('resolves in the lobby, and learns of the admission', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.once(`GET ${events.conversation}/onlineMeeting`, { status: 403, json: { code: 'Forbidden' } });
          pool.push([events.communication(events.started(), events.conversationIs('InLobby', 'added'))]);

          const joined = await account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal());
          assert.equal(joined.inLobby, true);
          assert.equal(joined.onlineMeeting.joinUrl, undefined);

          const admitted = joined.admitted(anySignal());
          pool.push(events.success());
          await admitted;
          assert.equal(joined.inLobby, false);
          assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/annab/7QX2MZ4K');
        });
      });

      it('learns of the refusal in the lobby', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push([events.communication(events.conversationIs('InLobby', 'added'), events.started())]);
          const joined = await account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal());

          const admitted = joined.admitted(anySignal());
          pool.push([
            events.communication(
              events.completed('Failure', { code: 'RemoteFailure', subcode: 'Denied' }),
              events.conversationDeleted(),
            ),
          ]);

          await assert.rejects(
            admitted,
            (error: unknown) => error instanceof UcwaOperationFailedError && error.subcode === 'Denied',
          );
        });
      });
    });

    describe('A joined meeting', () => {
      async function withMeeting(
        test: (context: { pool: Pool; events: MeetingEvents; joined: JoinedMeeting }) => Promise<void>,
      ): Promise<void> {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push(events.success());
          await test({ pool, events, joined: await account.startOnlineMeeting({ operationId }, anySignal()) });
        });
      }

      it('knows ourselves from others in the roster', async () => {
        await withMeeting(async ({ pool, events, joined }) => {
          let company = false;
          const waiting = joined.someoneElseJoined(anySignal()).then(() => {
            company = true;
          });
          pool.push([
            events.inside(
              events.participant('added', events.self),
              events.participant('added', lukas, { in: { rel: 'lobby', href: 'x' } }),
              events.participant('added', lukas, { in: { rel: 'typingParticipants', href: 'x' } }),
            ),
          ]);
          await until(() => pool.requests.some(({ path }) => path.endsWith('ack=3')));
          await new Promise((resolve) => setTimeout(resolve, 10));
          assert.equal(company, false);

          pool.push([events.inside(events.participant('added', lukas))]);
          await waiting;
        });
      });

      it('takes a participant count of two for company', async () => {
        await withMeeting(async ({ pool, events, joined }) => {
          pool.push([events.communication(events.conversationIs('Conferenced', 'updated', { participantCount: 2 }))]);

          await joined.someoneElseJoined(anySignal());
        });
      });

      it('ends the waiting when the conversation ends, and says why', async () => {
        await withMeeting(async ({ pool, events, joined }) => {
          pool.push([events.communication(events.conversationDeleted({ code: 'RemoteFailure', subcode: 'Ejected' }))]);

          await assert.rejects(
            joined.someoneElseJoined(anySignal()),
            (error: unknown) => error instanceof UcwaConversationEndedError && error.reason === 'Ejected',
          );
        });
      });

      it('ends the waiting with the reason of the caller', async () => {
        await withMeeting(async ({ joined }) => {
          const reason = new RangeError('ten minutes are over');
          await assert.rejects(joined.someoneElseJoined(AbortSignal.abort(reason)), reason);
        });
      });

      it('is left by deleting the conversation, once', async () => {
        await withMeeting(async ({ pool, events, joined }) => {
          pool.once(`DELETE ${events.conversation}`, {
            status: 404,
            json: { code: 'NotFound', subcode: 'ConversationNotFound' },
          });

          await joined.leave(anySignal());
          await joined.leave(anySignal());

          assert.equal(pool.count(`DELETE ${events.conversation}`), 1);
          await assert.rejects(joined.someoneElseJoined(anySignal()), UcwaConversationEndedError);
        });
      });

      it('is left when the account is closed, before the application is deleted', async () => {
        await withAccount(async (pool, account) => {
          const events = prepare(pool);
          pool.push(events.success());
          await account.startOnlineMeeting({ operationId }, anySignal());

          await account.close(anySignal());

          assert.deepEqual(pool.commands().slice(-2), [`DELETE ${events.conversation}`, `DELETE ${pool.app}`]);
          await assert.rejects(account.signIn(anySignal()), /closed/);
        });
      });
    });
  });
}
