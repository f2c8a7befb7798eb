import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import type { ConversationSnapshot, MeetingParticipant } from '../../../src/ucwa';
import { without } from '../../../src/ucwa/json';
import { decodeConversation, peopleLinks } from '../../../src/ucwa/resources/conversation';
import type { ChannelEvent } from '../../../src/ucwa/resources/event-package';
import { learnList, rebuild } from '../../../src/ucwa/session/conversation-rebuilding';
import { snapshotOf } from '../../../src/ucwa/session/conversation-snapshot';
import {
  type Conversation,
  dropPerson,
  learnAudio,
  learnContent,
  learnPerson,
} from '../../../src/ucwa/session/conversation-view';
import { Conversations } from '../../../src/ucwa/session/conversations';
import {
  answer,
  base,
  deliver,
  deliverEach,
  hrefOf,
  listed,
  people,
  place,
  play,
  type Sent,
  type Server,
  steps,
} from '../support/meeting-history';

const pathOf = (key: string): string => new URL(key).pathname;
const histories = fc.array(fc.record({ what: fc.constantFrom(...steps), who: fc.constantFrom(...people) }), {
  maxLength: 25,
});
const cuts = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });

const rereadings = fc.record({ history: histories, at: cuts, from: fc.nat(), ahead: fc.nat() });

/** One conversation, folded from events and from reads of what they leave open. */
class Fold {
  readonly conversations = new Conversations('sip:self@contoso.com');

  get conversation(): Conversation {
    return this.conversations.at(`${base.origin}${place}`);
  }

  apply(events: readonly ChannelEvent[]): void {
    for (const event of events) this.conversations.apply(event, base);
  }

  /** Reads what is open from a server that does not change meanwhile. */
  settle(server: Server): void {
    const { conversation } = this;
    const context = this.conversations.context(base);
    if (conversation.needsReading) {
      conversation.needsReading = false;
      learnContent(conversation, decodeConversation(answer(server, place) ?? {}, base));
    }
    if (conversation.lobbyNews === 'unread') {
      const lobby = server.self === 'Leader' ? listed(server, 'lobby') : [];
      learnList(conversation, { rel: 'lobby', people: lobby }, context);
    }
    for (const key of [...conversation.unread, ...conversation.claimed.keys()]) {
      const body = answer(server, pathOf(key));
      if (body === undefined) dropPerson(conversation, key);
      else learnPerson(conversation, { key, body }, context);
    }
    for (const key of conversation.unreadAudio) {
      const body = answer(server, pathOf(key));
      if (body === undefined) conversation.unreadAudio.delete(key);
      else learnAudio(conversation, { key, body }, base);
    }
  }

  /** Reads all of it, while the packages in between arrive. */
  async reread(server: Server, meanwhile: () => void): Promise<void> {
    const body = answer(server, place) ?? {};
    const whole = (): { key: string; body?: Record<string, unknown> }[] =>
      listed(server, 'participants').map((entry) => ({ ...entry, body: answer(server, pathOf(entry.key)) ?? {} }));
    const lists = Object.fromEntries(peopleLinks.map((rel) => [rel, listed(server, rel)]));
    const lobby = server.self === 'Leader' ? listed(server, 'lobby') : [];
    const inLobby = lobby.map((entry) => ({ ...entry, body: answer(server, pathOf(entry.key)) ?? {} }));
    const read = {
      ...{ url: base, content: decodeConversation(body, base) },
      lists: { ...lists, participants: whole(), lobby: inLobby },
    };
    await this.conversations.reading(
      this.conversation,
      async () => {
        await Promise.resolve();
        meanwhile();
      },
      (_nothing, context) => {
        rebuild(this.conversation, read, context(base));
      },
    );
  }
}

/** What callers see, in an order of its own. */
function shown(conversation: Conversation): unknown {
  const snapshot = snapshotOf(conversation);
  const { participants, lobby, ...others } = without(snapshot, 'onlineMeeting');
  return { ...others, participants: sorted(participants), lobby: sorted(lobby) };
}

/** The same without what only events tell, or only reads: of audio, and our own address. */
function shownWithoutAudio(conversation: Conversation): unknown {
  const snapshot = snapshotOf(conversation);
  const { participants, lobby, ...others } = without(snapshot, 'onlineMeeting', 'me');
  const silent = (person: MeetingParticipant): unknown => ({
    ...without(person, 'isMuted', ...(person.isSelf ? (['uri'] as const) : [])),
    actions: person.actions.filter((action) => !action.endsWith('Audio')),
  });
  return { ...others, participants: sorted(participants).map(silent), lobby: sorted(lobby).map(silent) };
}

function sorted(list: readonly MeetingParticipant[]): MeetingParticipant[] {
  return [...list].sort((left, right) => left.id.localeCompare(right.id));
}

function packagesOf(sent: readonly Sent[], at: readonly boolean[]): Sent[][] {
  const packages: Sent[][] = [[]];
  sent.forEach((entry, index) => {
    if (at[index % at.length] === true) packages.push([]);
    packages.at(-1)?.push(entry);
  });
  return packages;
}

/** What the server holds, in the words of a snapshot: who is in with which role, who waits, what is locked. */
function truth({ there, self, locked }: Server): unknown {
  const inside = [...there].filter(([, { waits }]) => !waits).map(([who, { role }]) => `${who} ${role}`);
  const waiting = [...there].filter(([, { waits }]) => waits).map(([who]) => who);
  return { inside: [...inside, `self ${self}`].sort(), waiting: self === 'Leader' ? waiting.sort() : [], locked };
}

function told({ participants, lobby, isAudienceMuted }: ConversationSnapshot): unknown {
  const inside = participants.map(({ name, role }) => `${name} ${role ?? 'unknown'}`).sort();
  return { inside, waiting: lobby.map(({ name }) => name).sort(), locked: isAudienceMuted };
}

describe('The view of a conversation', () => {
  for (const isWhole of [true, false]) {
    it(`is what the server holds, from events ${isWhole ? 'with' : 'without'} content`, () => {
      fc.assert(
        fc.property(histories, (history) => {
          const { sent, states } = play(history);
          const server = states.at(-1) ?? assert.fail();
          const fold = new Fold();

          fold.apply(deliverEach(sent, isWhole));
          fold.settle(server);

          assert.deepEqual(told(snapshotOf(fold.conversation)), truth(server));
        }),
      );
    });

    it(`is the same however events ${isWhole ? 'with' : 'without'} content are merged and packed`, () => {
      fc.assert(
        fc.property(histories, cuts, (history, at) => {
          const { sent, states } = play(history);
          const server = states.at(-1) ?? assert.fail();
          const [plain, merged] = [new Fold(), new Fold()];

          plain.apply(deliverEach(sent, isWhole));
          for (const part of packagesOf(sent, at)) merged.apply(deliver(part, isWhole));
          for (const fold of [plain, merged]) fold.settle(server);

          assert.deepEqual(shown(merged.conversation), shown(plain.conversation));
        }),
        { numRuns: 300 },
      );
    });
  }

  it('keeps nobody in the lobby whose end was merged away while we did not lead', () => {
    const ada = (what: string): { what: string; who: 'ada' } => ({ what, who: 'ada' });
    const { sent } = play([ada('knock'), ada('lose'), ada('gain'), ada('leave')]);
    const fold = new Fold();

    fold.apply(
      deliverEach(
        sent.filter(({ step }) => step <= 1),
        true,
      ),
    );
    assert.equal(snapshotOf(fold.conversation).lobby.length, 1);
    fold.apply(
      deliver(
        sent.filter(({ step }) => step > 1),
        true,
      ),
    );

    assert.deepEqual(snapshotOf(fold.conversation).lobby, []);
  });

  it('is the same when all of it is read anew, whenever the answer was put together', async () => {
    await fc.assert(
      fc.asyncProperty(rereadings, async ({ history, at, from, ahead }) => {
        const { sent, states } = play(history);
        const server = states.at(-1) ?? assert.fail();
        // A P-GET is pending while something is read, so that what the answer shows is not merged with what comes after.
        const shownStep = ahead % states.length;
        const earlier = packagesOf(
          sent.filter(({ step }) => step <= shownStep),
          at,
        );
        const packages = [
          ...earlier,
          ...packagesOf(
            sent.filter(({ step }) => step > shownStep),
            at,
          ),
        ];
        const began = 1 + (from % earlier.length);
        const late = began + (from % (packages.length - began + 1));
        const [plain, reread] = [new Fold(), new Fold()];

        plain.apply(deliverEach(sent, true));
        for (const part of packages.slice(0, began)) reread.apply(deliver(part, true));
        await reread.reread(states[shownStep] ?? server, () => {
          for (const part of packages.slice(began, late)) reread.apply(deliver(part, true));
        });
        for (const part of packages.slice(late)) reread.apply(deliver(part, true));
        for (const fold of [plain, reread]) fold.settle(server);

        assert.deepEqual(shownWithoutAudio(reread.conversation), shownWithoutAudio(plain.conversation));
      }),
      { numRuns: 300 },
    );
  });

  it('never fails, whatever happens in whatever order', () => {
    const rels = ['participant', 'localParticipant', 'participantAudio', 'onlineMeeting', 'conversation', 'other'];
    const within = [undefined, 'lobby', 'leaders', 'attendees', 'typingParticipants', 'participants', 'future'];
    const event = fc.record({
      type: fc.constantFrom('added', 'updated', 'deleted', 'completed'),
      rel: fc.constantFrom(...rels),
      inRel: fc.constantFrom(...within),
      who: fc.constantFrom(...people, 'self'),
      embedded: fc.option(fc.dictionary(fc.constantFrom('uri', 'role', 'inLobby', 'state', '_links'), fc.jsonValue())),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (history) => {
        const fold = new Fold();
        for (const { who, inRel, embedded, ...others } of history) {
          const href = others.rel === 'conversation' ? place : hrefOf(who);
          const key = `${base.origin}${href}`;
          const sender = { senderRel: 'conversation', senderKey: `${base.origin}${place}` };
          const content = embedded === null ? {} : { embedded };
          fold.apply([{ ...others, href, key, ...sender, ...content, ...(inRel === undefined ? {} : { inRel }) }]);
        }
        const { conversation } = fold;
        snapshotOf(conversation);
        const places = [conversation.roster, conversation.lobby, conversation.claimed];
        const keys = places.flatMap((held) => [...held.keys()]);
        assert.equal(new Set(keys).size, keys.length, 'somebody is in two places');
        for (const key of conversation.unread) assert.ok(keys.includes(key), 'somebody is to be read who is nowhere');
      }),
      { numRuns: 500 },
    );
  });

  it('stays small with a million senders', () => {
    const conversations = new Conversations('sip:self@contoso.com');
    const at = (n: number): ChannelEvent => {
      const senderKey = `${base.origin}/conversations/${String(n % 3 === 0 ? n : 1)}`;
      const key = `${senderKey}/participants/${String(n)}`;
      const more = n % 5 === 0 ? { inRel: 'leaders' } : {};
      return { type: 'added', rel: 'participant', href: key, key, senderRel: 'conversation', senderKey, ...more };
    };

    for (let n = 0; n < 1_000_000; n += 1) conversations.apply(at(n), base);

    const open = conversations.open();
    const held = open.map(({ roster, lobby, claimed, unread, audioOwners }) =>
      Math.max(roster.size + lobby.size, claimed.size, unread.size, audioOwners.size),
    );
    assert.ok(open.length <= 400, `${String(open.length)} conversations`);
    assert.ok(Math.max(...held) <= 26_000, `${String(Math.max(...held))} people`);
  }).timeout(20_000);

  it('costs no more per event with many people in it', () => {
    const timeOf = (count: number): number => {
      const fold = new Fold();
      const events = Array.from({ length: count }, (_, n): ChannelEvent => {
        const key = `${base.origin}${hrefOf(String(n))}`;
        const sender = { senderRel: 'conversation', senderKey: `${base.origin}${place}` };
        return { type: 'added', rel: 'participant', href: key, key, title: String(n), ...sender };
      });
      fold.apply(events);
      const startedAt = performance.now();
      for (let round = 0; round < 5; round += 1) fold.apply(events.slice(0, 1_000));
      return performance.now() - startedAt;
    };
    timeOf(1_000); // warm

    const [few, many] = [timeOf(1_000), timeOf(20_000)];

    assert.ok(many < few * 20 + 50, `${String(few)} ms with 1,000 people, ${String(many)} ms with 20,000`);
  });
});
