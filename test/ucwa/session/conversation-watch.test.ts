import assert from 'node:assert/strict';

import {
  type ConversationSnapshot,
  type JoinedMeeting,
  UcwaActionUnavailableError,
  UcwaClosedError,
  UcwaConversationEndedError,
  UcwaNotFoundError,
  UcwaUnknownOutcomeError,
} from '../../../src/ucwa';
import { Watcher } from '../support/on-simulator';
import { acceptMeetings, MeetingEvents } from '../support/packages';
import { anySignal, html, type Pool, type Received, type Reply, withAccountIn } from '../support/pool';

const operationId = 'op-1';

interface Scene {
  readonly pool: Pool;
  readonly events: MeetingEvents;
  readonly meeting: JoinedMeeting;
  readonly watcher: Watcher;
  readonly close: () => Promise<void>;
}

const namesOf = ({ participants }: ConversationSnapshot): string[] => participants.map(({ name }) => name).sort();

/** The events of somebody coming in, with content or without. */
function comes(events: MeetingEvents, name: string, more: Record<string, unknown> = {}): unknown {
  const href = `${events.conversation}/participants/${name}`;
  const participant = { ...personOf(events, name), ...more };
  return { link: { rel: 'participant', href, title: name }, type: 'added', _embedded: { participant } };
}

function personOf(events: MeetingEvents, name: string): Record<string, unknown> {
  const href = `${events.conversation}/participants/${name}`;
  return {
    ...{ rel: 'participant', uri: `sip:${name}@contoso.com`, name, local: name === 'annab' },
    _links: { self: { href }, promote: { href: `${href}/promote` }, eject: { href: `${href}/eject` } },
  };
}

function goes(events: MeetingEvents, name: string): unknown {
  return events.participant('deleted', `${events.conversation}/participants/${name}`);
}

/** What the server answers from now on: the conversation, its lists, and everybody in it. */
function serve({ pool, events }: Scene, names: readonly string[], leaders: readonly string[] = ['annab']): void {
  const place = events.conversation;
  const hrefOf = (name: string): string => `${place}/participants/${name}`;
  const link = (path: string): { href: string } => ({ href: `${place}${path}` });
  const lists = ['participants', 'leaders', 'attendees', 'lobby'] as const;
  pool.on(`GET ${place}`, {
    json: {
      ...{ rel: 'conversation', state: 'Conferenced', participantCount: names.length, audienceMute: 'Enabled' },
      _links: {
        ...{
          self: { href: place },
          localParticipant: { href: hrefOf('annab') },
          onlineMeeting: link('/onlineMeeting'),
        },
        ...Object.fromEntries(lists.map((rel) => [rel, link(`/${rel}`)])),
        ...{ disableAudienceMuteLock: link('/unlock'), addParticipant: link('/ask') },
      },
    },
  });
  const people: Record<string, readonly string[]> = {
    ...{ participants: names, leaders, attendees: names.filter((name) => !leaders.includes(name)), lobby: [] },
  };
  for (const rel of lists) {
    const participant = (people[rel] ?? []).map((name) => ({ href: hrefOf(name), title: name }));
    pool.on(`GET ${place}/${rel}`, { json: { rel, _links: { self: link(`/${rel}`), participant } } });
  }
  for (const name of names) pool.on(`GET ${hrefOf(name)}`, { json: personOf(events, name) });
}

async function until(condition: () => boolean): Promise<void> {
  const signal = anySignal();
  while (!condition()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A reply that waits for its cue. */
class Held {
  isAsked = false;
  answer: (reply: Reply) => void = () => undefined;
  readonly script = async (): Promise<Reply> => {
    this.isAsked = true;
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  };
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  const inScene = async (test: (scene: Scene) => Promise<void>): Promise<void> => {
    await withAccount(async (pool, account) => {
      const events = new MeetingEvents(pool, operationId);
      acceptMeetings(pool, events);
      pool.push(events.success());
      const meeting = await account.startOnlineMeeting({ operationId }, anySignal());
      pool.push([events.inside(comes(events, 'annab'), comes(events, 'lukas'), comes(events, 'petra'))]);
      const watcher = new Watcher(meeting);
      await watcher.until(({ participants }) => participants.length === 3);
      await test({ pool, events, meeting, watcher, close: async () => account.close(anySignal()) });
    });
  };

  describe(`Watching a conversation, in ${format}`, () => {
    it('yields what is known at once, without asking the server', async () => {
      await inScene(async ({ pool, meeting }) => {
        const before = pool.commands().length;

        const first = await new Watcher(meeting).until(() => true);

        assert.deepEqual(namesOf(first), ['annab', 'lukas', 'petra']);
        assert.equal(first.me?.name, 'annab');
        assert.equal(pool.commands().length, before);
      });
    });

    it('leaves out what a slow reader did not take', async () => {
      await inScene(async ({ pool, events, watcher }) => {
        for (let n = 0; n < 20; n += 1) pool.push([events.inside(comes(events, `guest-${String(n)}`))]);
        await until(() => pool.count(`GET ${pool.app}/events`) >= 23);
        const before = watcher.seen.length;

        const latest = await watcher.until(({ participants }) => participants.length === 23);

        assert.ok(latest.participants.length === 23 && watcher.seen.length - before < 5);
      });
    });

    it('ends with the reason of the server, and drops everybody', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        pool.push([events.communication(events.conversationDeleted({ code: 'RemoteFailure', subcode: 'Ended' }))]);

        const last = await watcher.until(({ ended }) => ended !== undefined);

        assert.deepEqual([last.ended?.reason, last.participants], ['Ended', []]);
        assert.equal((await watcher.next()).done, true);
        const late = new Watcher(meeting);
        assert.equal((await late.until(() => true)).ended?.reason, 'Ended');
        assert.equal((await late.next()).done, true);
      });
    });

    it('ends after a resume: the server has closed the conversation', async () => {
      await inScene(async ({ pool, watcher }) => {
        pool.push([], { resume: { href: `${pool.app}/events?ack=4` } });

        assert.equal((await watcher.until(({ ended }) => ended !== undefined)).ended?.reason, 'SessionReset');
        assert.equal((await watcher.next()).done, true);
      });
    });

    it('throws what ended the session', async () => {
      await inScene(async ({ pool, watcher }) => {
        const lost: Reply = { status: 404, json: { code: 'NotFound', subcode: 'ApplicationNotFound' } };
        for (const route of [`GET ${pool.app}/events`, `GET ${pool.app}`]) pool.on(route, lost);
        pool.push([]);

        await assert.rejects(
          watcher.until(() => false),
          (error: Error) => error.cause instanceof UcwaNotFoundError,
        );
      });
    });

    it('ends when the account is closed', async () => {
      await inScene(async ({ watcher, close }) => {
        const closed = close();

        const end = await watcher.until(({ ended }) => ended !== undefined).catch((error: unknown) => error);
        await closed;
        const isEnd = end instanceof RangeError ? end.cause instanceof UcwaClosedError : true;
        assert.ok(isEnd);
      });
    });

    it('throws the reason of its signal, and is of use again', async () => {
      await inScene(async ({ meeting }) => {
        const controller = new AbortController();
        const watcher = new Watcher(meeting, controller.signal);
        await watcher.next();
        const waiting = watcher.next();
        controller.abort(new RangeError('turn ended'));

        await assert.rejects(waiting, RangeError);
        assert.equal((await new Watcher(meeting).until(() => true)).participants.length, 3);
      });
    });

    describe('after a resync', () => {
      const resync = ({ pool }: Scene): void => {
        pool.push([], { resync: { href: `${pool.app}/events?ack=4` } });
      };

      it('reads all of it again, and shows nothing in between', async () => {
        await inScene(async (scene) => {
          serve(scene, ['annab', 'petra', 'quinn'], ['annab', 'petra']);
          const before = scene.watcher.seen.length;
          resync(scene);

          const now = await scene.watcher.next();

          const snapshot = now.value as ConversationSnapshot;
          assert.deepEqual(namesOf(snapshot), ['annab', 'petra', 'quinn']);
          const roles = snapshot.participants.map(({ name, role }) => `${name} ${role ?? ''}`).sort();
          assert.deepEqual(roles, ['annab Leader', 'petra Leader', 'quinn Attendee']);
          assert.deepEqual([snapshot.isAudienceMuted, snapshot.actions[0]], [true, 'addParticipant']);
          assert.equal(snapshot.participants.find(({ name }) => name === 'quinn')?.uri, 'sip:quinn@contoso.com');
          assert.equal(scene.watcher.seen.length, before + 1);
        });
      });

      it('applies what happened since it began to read over what it read', async () => {
        await inScene(async (scene) => {
          const { pool, events, watcher } = scene;
          serve(scene, ['annab', 'petra', 'quinn']);
          const held = new Held();
          const place = events.conversation;
          pool.on(`GET ${place}/participants`, held.script);
          const next = watcher.next();
          resync(scene);
          await until(() => held.isAsked);
          pool.push([events.inside(goes(events, 'petra'), comes(events, 'zoe'))]);
          await until(() => pool.count(`GET ${pool.app}/events`) >= 5);
          await new Promise((resolve) => setTimeout(resolve, 20)); // the package is folded after the next P-GET has left

          const links = ['annab', 'petra', 'quinn'].map((name) => ({
            href: `${place}/participants/${name}`,
            title: name,
          }));
          held.answer({ json: { rel: 'participants', _links: { participant: links } } });

          const now = (await next).value as ConversationSnapshot;
          assert.deepEqual(namesOf(now), ['annab', 'quinn', 'zoe']);
        });
      });

      it('goes on trying while the server fails', async () => {
        await inScene(async (scene) => {
          serve(scene, ['annab']);
          const failing = Array.from({ length: 5 }, (): Reply => ({ status: 503, ...html }));
          scene.pool.once(`GET ${scene.events.conversation}/leaders`, ...failing);
          resync(scene);

          const now = (await scene.watcher.next()).value as ConversationSnapshot;

          assert.deepEqual(namesOf(now), ['annab']);
        });
      });

      it('ends when the server knows the conversation no more', async () => {
        await inScene(async (scene) => {
          const gone = { status: 404, json: { code: 'NotFound', subcode: 'ConversationNotFound' } };
          scene.pool.on(`GET ${scene.events.conversation}`, gone);
          resync(scene);

          const now = (await scene.watcher.next()).value as ConversationSnapshot;
          assert.equal(now.ended?.reason, 'SessionReset');
        });
      });

      it('throws why the conversation cannot be read', async () => {
        await inScene(async (scene) => {
          const refused = { status: 403, json: { code: 'Forbidden' } };
          scene.pool.on(`GET ${scene.events.conversation}`, refused);
          resync(scene);

          await assert.rejects(scene.watcher.next(), { status: 403 });
        });
      });
    });

    it('finds out whether somebody is there of whom only a role is told', async () => {
      await inScene(async ({ pool, events, watcher }) => {
        const hrefOf = (name: string): string => `${events.conversation}/participants/${name}`;
        pool.on(`GET ${hrefOf('real')}`, { json: personOf(events, 'real') });
        const role = { in: { rel: 'attendees', href: 'x' } };
        pool.push([
          events.inside(
            events.participant('added', hrefOf('ghost'), role),
            events.participant('added', hrefOf('real'), role),
          ),
        ]);

        const now = await watcher.until(({ participants }) => participants.length === 4);

        assert.deepEqual(namesOf(now), ['annab', 'lukas', 'petra', 'real']);
        assert.equal(now.participants.at(-1)?.role, 'Attendee');
      });
    });

    it('reads the lobby when we lead again: who went meanwhile is not told', async () => {
      await inScene(async (scene) => {
        const { pool, events, watcher } = scene;
        const hrefOf = (name: string): string => `${events.conversation}/participants/${name}`;
        const own = (type: string, rel: string): unknown =>
          events.participant(type, hrefOf('annab'), { in: { rel, href: 'x' } });
        const knock = (name: string): unknown => ({
          ...(comes(events, name, { inLobby: true }) as object),
          in: { rel: 'lobby', href: 'x' },
        });
        serve(scene, ['annab', 'lukas', 'petra']);
        pool.on(`GET ${hrefOf('zoe')}`, { json: { ...personOf(events, 'zoe'), inLobby: true } });
        const participant = { href: hrefOf('zoe'), title: 'zoe' };
        pool.on(`GET ${events.conversation}/lobby`, { json: { rel: 'lobby', _links: { participant } } });

        pool.push([events.inside(own('added', 'leaders'), knock('ben'), knock('zoe'))]);
        await watcher.until(({ lobby }) => lobby.length === 2);
        pool.push([events.inside(own('deleted', 'leaders'), own('added', 'leaders'))]);

        const { lobby } = await watcher.until((now) => now.lobby.length === 1 && now.lobby[0]?.actions.length !== 0);
        assert.deepEqual(
          lobby.map(({ name }) => name),
          ['zoe'],
        );
        assert.equal(pool.count(`GET ${events.conversation}/lobby`), 1);
      });
    });

    it('shows ourselves once, under whichever address', async () => {
      await inScene(async ({ pool, events, watcher }) => {
        const href = `${events.conversation}/onlineMeeting/295`;
        const localParticipant = { rel: 'participant', name: 'Anna', local: true, _links: { self: { href } } };
        pool.push([
          events.inside({ link: { rel: 'localParticipant', href }, type: 'added', _embedded: { localParticipant } }),
          events.inside(comes(events, 'zoe')),
        ]);

        const now = await watcher.until((snapshot) => namesOf(snapshot).includes('zoe'));

        assert.equal(now.participants.filter(({ isSelf }) => isSelf).length, 1);
        assert.equal(now.participants.length, 4);
      });
    });
  });

  describe(`Acting in a conversation, in ${format}`, () => {
    const idOf = async (watcher: Watcher, name: string): Promise<string> => {
      const { participants } = watcher.seen.at(-1) ?? (await watcher.until(() => true));
      return participants.find((person) => person.name === name)?.id ?? assert.fail(name);
    };

    it('posts to the link, without content', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const route = `POST ${events.conversation}/participants/petra/promote`;
        pool.on(route, { status: 204 });

        await meeting.control.promote(await idOf(watcher, 'petra'), anySignal());

        const { body, headers }: Received = pool.last(route);
        assert.deepEqual([body, headers['content-length'], headers['content-type']], ['', '0', undefined]);
      });
    });

    it('does not post again what has happened', async () => {
      await inScene(async (scene) => {
        const { pool, events, meeting, watcher } = scene;
        const person = `${events.conversation}/participants/petra`;
        pool.on(`POST ${person}/promote`, { cut: true });
        pool.on(`GET ${person}`, {
          json: { ...personOf(events, 'petra'), role: 'Leader', _links: { self: { href: person } } },
        });

        await meeting.control.promote(await idOf(watcher, 'petra'), anySignal());

        assert.equal(pool.count(`POST ${person}/promote`), 1);
      });
    });

    it('posts again what has not happened', async () => {
      await inScene(async (scene) => {
        const { pool, events, meeting, watcher } = scene;
        const person = `${events.conversation}/participants/petra`;
        pool.once(`POST ${person}/eject`, { status: 503, ...html }, { status: 204 });
        pool.on(`GET ${person}`, { json: personOf(events, 'petra') });

        await meeting.control.eject(await idOf(watcher, 'petra'), anySignal());

        const asked = pool.commands().slice(-3);
        assert.deepEqual(asked, [`POST ${person}/eject`, `GET ${person}`, `POST ${person}/eject`]);
      });
    });

    it('does not post again when the server wants to be left alone for longer than anybody waits', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const person = `${events.conversation}/participants/petra`;
        pool.on(`POST ${person}/eject`, { ...html, status: 503, headers: { 'retry-after': '600' } });
        pool.on(`GET ${person}`, { json: personOf(events, 'petra') });

        await assert.rejects(meeting.control.eject(await idOf(watcher, 'petra'), anySignal()), UcwaUnknownOutcomeError);

        assert.equal(pool.count(`POST ${person}/eject`), 1);
      });
    });

    it('counts as done when the person is gone after an eject without an answer', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const person = `${events.conversation}/participants/petra`;
        pool.on(`POST ${person}/eject`, { cut: true });
        pool.on(`GET ${person}`, { status: 404, json: { code: 'NotFound' } });

        await meeting.control.eject(await idOf(watcher, 'petra'), anySignal());

        assert.equal(pool.count(`POST ${person}/eject`), 1);
      });
    });

    it('does not know the outcome when looking does not tell', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const person = `${events.conversation}/participants/petra`;
        pool.on(`POST ${person}/promote`, { cut: true });
        pool.on(`GET ${person}`, { status: 404, json: { code: 'NotFound' } });

        await assert.rejects(
          meeting.control.promote(await idOf(watcher, 'petra'), anySignal()),
          UcwaUnknownOutcomeError,
        );
        assert.equal(pool.count(`POST ${person}/promote`), 1);
      });
    });

    it('says that it is not possible when the right has gone meanwhile', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const route = `POST ${events.conversation}/participants/petra/eject`;
        pool.on(route, { status: 403, json: { code: 'Forbidden', subcode: 'AttendeeNotAllowed' } });

        await assert.rejects(
          meeting.control.eject(await idOf(watcher, 'petra'), anySignal()),
          (error: unknown) => error instanceof UcwaActionUnavailableError && error.subcode === 'AttendeeNotAllowed',
        );
      });
    });

    it('counts as done what the server says is so already', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const person = `${events.conversation}/participants/petra`;
        pool.on(`POST ${person}/promote`, { status: 409, json: { code: 'Conflict', subcode: 'AlreadyExists' } });

        await meeting.control.promote(await idOf(watcher, 'petra'), anySignal());

        assert.deepEqual([pool.count(`POST ${person}/promote`), pool.count(`GET ${person}`)], [1, 0]);
      });
    });

    it('posts again when the server was busy with something else about the person', async () => {
      await inScene(async ({ pool, events, meeting, watcher }) => {
        const route = `POST ${events.conversation}/participants/petra/promote`;
        const pending = { status: 409, json: { code: 'Conflict', subcode: 'AnotherOperationPending' } };
        pool.once(route, pending, { status: 204 });

        await meeting.control.promote(await idOf(watcher, 'petra'), anySignal());

        assert.equal(pool.count(route), 2);
      });
    });

    it('looks a second time for a link that was not there', async () => {
      await inScene(async (scene) => {
        const { pool, events, meeting, watcher } = scene;
        const person = `${events.conversation}/participants/lukas`;
        pool.on(`GET ${person}`, {
          json: {
            ...personOf(events, 'lukas'),
            _links: { self: { href: person }, demote: { href: `${person}/demote` } },
          },
        });
        pool.on(`POST ${person}/demote`, { status: 204 });

        await meeting.control.demote(await idOf(watcher, 'lukas'), anySignal());

        assert.equal(pool.count(`POST ${person}/demote`), 1);
      });
    });

    it('rings once when the answer to an invitation is lost', async () => {
      await inScene(async (scene) => {
        const { pool, events, meeting } = scene;
        serve(scene, ['annab']);
        pool.on(`POST ${events.conversation}/ask`, { cut: true });
        const href = `${pool.app}/invitations/9`;
        const ends = (type: string, more: object = {}): unknown => ({
          link: { rel: 'participantInvitation', href },
          type,
          _embedded: {
            participantInvitation: { operationId: 'ask-1', direction: 'Outgoing', _links: { self: { href } } },
          },
          ...more,
        });

        const asking = meeting.control.addParticipant({ to: 'sip:zoe@contoso.com', operationId: 'ask-1' }, anySignal());
        await until(() => pool.count(`POST ${events.conversation}/ask`) === 1);
        pool.push([events.communication(ends('started'))]);
        const invitation = await asking;
        const reason = { code: 'RemoteFailure', subcode: 'Declined' };
        pool.push([events.communication(ends('completed', { status: 'Failure', reason }))]);

        assert.deepEqual(await invitation.completed(anySignal()), { kind: 'failure', reason });
        assert.equal(pool.count(`POST ${events.conversation}/ask`), 1);
      });
    });

    it('tells who waits for an invitation that the conversation has ended', async () => {
      await inScene(async (scene) => {
        const { pool, events, meeting } = scene;
        serve(scene, ['annab']);
        pool.on(`POST ${events.conversation}/ask`, { status: 201, headers: { location: `${pool.app}/invitations/9` } });
        const invitation = await meeting.control.addParticipant({ to: 'zoe@contoso.com' }, anySignal());
        const completed = invitation.completed(anySignal());

        pool.push([events.communication(events.conversationDeleted())]);

        await assert.rejects(completed, UcwaConversationEndedError);
      });
    });
  });
}
