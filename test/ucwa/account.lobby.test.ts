import assert from 'node:assert/strict';

import { UcwaOperationFailedError } from '../../src/ucwa';

import { acceptMeetings, MeetingEvents } from './support/packages';
import { anySignal, type Pool, withAccountIn } from './support/pool';

const operationId = 'op-1';
const onlineMeetingUri = 'sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const denied = { code: 'RemoteFailure', subcode: 'Denied' };
const gone = { status: 404, json: { code: 'NotFound', subcode: 'ConversationNotFound' } };

function prepare(pool: Pool): MeetingEvents {
  const events = new MeetingEvents(pool, operationId);
  acceptMeetings(pool, events);
  return events;
}

function isRefusal(error: unknown): boolean {
  return error instanceof UcwaOperationFailedError && error.subcode === 'Denied';
}

async function untilPolled(pool: Pool, ack: number): Promise<void> {
  const signal = anySignal();
  while (!pool.requests.some(({ path }) => path.endsWith(`ack=${String(ack)}`))) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  describe(`Waiting in the lobby, in ${format}`, () => {
    it('is over when the invitation is complete, whatever the conversation last said', async () => {
      await withAccount(async (pool, account) => {
        const events = prepare(pool);
        pool.push([events.communication(events.started(), events.conversationIs('InLobby', 'added'))]);
        const joined = await account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal());
        assert.equal(joined.inLobby, true);

        pool.push([events.communication(events.completed('Success'))]);
        await joined.admitted(anySignal());

        assert.equal(joined.inLobby, false);
      });
    });

    it('tells the refusal that comes while the meeting is read', async () => {
      await withAccount(async (pool, account) => {
        const events = prepare(pool);
        pool.push([events.communication(events.started(), events.conversationIs('InLobby', 'added'))]);
        pool.on(`GET ${events.conversation}/onlineMeeting`, async () => {
          pool.push([events.communication(events.completed('Failure', denied), events.conversationDeleted(denied))]);
          await untilPolled(pool, 3);
          return gone;
        });

        await assert.rejects(account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal()), isRefusal);
      });
    });

    it('tells the refusal that comes after the conversation has gone', async () => {
      await withAccount(async (pool, account) => {
        const events = prepare(pool);
        const { conversation: href } = events;
        pool.push([events.communication(events.started(), { link: { rel: 'conversation', href }, type: 'updated' })]);
        pool.on(`GET ${href}`, () => {
          setTimeout(() => {
            pool.push([events.communication(events.completed('Failure', denied), events.conversationDeleted(denied))]);
          }, 20);
          return gone;
        });

        await assert.rejects(account.joinOnlineMeeting({ onlineMeetingUri, operationId }, anySignal()), isRefusal);
      });
    });
  });
}
