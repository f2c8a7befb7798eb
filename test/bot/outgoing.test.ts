import assert from 'node:assert/strict';

import { fromTheJournal, inPassing, inTheBackground, type Manner, onTheSpot } from '../../src/bot/manner';
import { Outgoing, type OutgoingCall } from '../../src/bot/outgoing';
import { PacedError } from '../../src/posts/errors';
import { MemoryPaces } from '../../src/shared/paces';
import { RecordingLogger } from '../support/recording-logger';

/** What Teams takes in one conversation. Source: msteams-docs, rate-limit.md. */
const LIMITS = [
  { most: 7, withinMs: 1000 },
  { most: 8, withinMs: 2000 },
  { most: 60, withinMs: 30_000 },
  { most: 1800, withinMs: 3_600_000 },
];

const DEADLY = [
  { status: 403, code: 'ConversationBlockedByUser' },
  { status: 403, code: 'BotNotInConversationRoster' },
  { status: 403, code: 'BotDisabledByAdmin' },
  { status: 403, code: 'MessageWritesBlocked' },
  { status: 404, code: 'ConversationNotFound' },
].map((answer) => ({ ...answer, title: `${String(answer.status)} ${answer.code}` }));

const HARMLESS = [
  { status: 403, code: 'Forbidden' },
  { status: 404, code: 'ActivityNotFoundInConversation' },
  { status: 404, code: undefined },
  { status: 500, code: 'ConversationNotFound' },
].map((answer) => ({ ...answer, title: `${String(answer.status)} ${answer.code ?? ''}` }));

function call(over: Partial<OutgoingCall> = {}): OutgoingCall {
  return { conversationId: 'a:1', tenantId: 'contoso', isQuestion: false, isTyping: false, ...over };
}

describe('Outgoing', () => {
  let nowMs: number;
  let dead: string[];
  let outgoing: Outgoing;

  beforeEach(() => {
    nowMs = 0;
    dead = [];
    outgoing = new Outgoing({
      paces: new MemoryPaces(() => nowMs),
      died: async (conversationId, reason) => {
        dead.push(`${conversationId} ${reason}`);
        return Promise.resolve();
      },
      sleep: async (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
      log: new RecordingLogger(),
    });
  });

  /** How long a call waits; undefined when it has no place. */
  const waits = async (manner: Manner, what = call()): Promise<number | undefined> => {
    const before = nowMs;
    try {
      await outgoing.enter(what, manner);
      return nowMs - before;
    } catch (error) {
      assert.ok(error instanceof PacedError);
      return undefined;
    }
  };

  const mostIn = (moments: readonly number[], withinMs: number): number => {
    let most = 0;
    let first = 0;
    for (let last = 0; last < moments.length; last += 1) {
      while ((moments[last] ?? 0) - (moments[first] ?? 0) >= withinMs) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  };

  it('L-06: keeps to every limit of Teams in one conversation, whatever is asked for', async () => {
    const moments: number[] = [];
    while (nowMs < 2 * 3_600_000) {
      await outgoing.enter(call(), onTheSpot);
      moments.push(nowMs);
      // Now and then nothing is said for a while, so that the burst is there again.
      if (moments.length % 50 === 0) nowMs += 5000;
    }

    for (const { most, withinMs } of LIMITS) {
      const found = mostIn(moments, withinMs);
      assert.ok(found <= most, `${String(found)} in ${String(withinMs)} ms`);
    }
    assert.ok(mostIn(moments, 1000) >= 5, 'there is no burst');
  });

  it('L-06: sends at most 25 calls a second to one tenant in the mean, and 30 in any second', async () => {
    const moments: number[] = [];
    for (let sent = 0; sent < 2000; sent += 1) {
      await outgoing.enter(call({ conversationId: `a:${String(sent)}` }), onTheSpot);
      moments.push(nowMs);
    }

    assert.ok(mostIn(moments, 1000) <= 30);
    assert.ok(nowMs >= 79_000 && nowMs <= 81_000, `2,000 calls in ${String(nowMs)} ms`);
  });

  it('lets tenants not wait for each other', async () => {
    for (let sent = 0; sent < 50; sent += 1) {
      await outgoing.enter(call({ conversationId: `a:${String(sent)}` }), onTheSpot);
    }

    assert.equal(await waits(onTheSpot, call({ conversationId: 'b:1', tenantId: 'fabrikam' })), 0);
  });

  it('leaves places to answers', async () => {
    const later = [await waits(inTheBackground), await waits(inTheBackground), await waits(inTheBackground)];
    const answers = [await waits(fromTheJournal), await waits(fromTheJournal), await waits(fromTheJournal)];

    assert.deepEqual(later, [0, 0, undefined]);
    assert.deepEqual(answers, [0, 0, 0]);
    assert.ok((await waits(onTheSpot)) !== 0);
  });

  it('says in passing only what has a place within a second', async () => {
    const places = Array.from({ length: 31 }, (_, number) => call({ conversationId: `a:${String(number)}` }));
    const still = new Outgoing({
      ...{ paces: new MemoryPaces(() => 0), died: async () => Promise.resolve(), log: new RecordingLogger() },
      sleep: async () => Promise.resolve(),
    });
    // Five at once, and 25 more within a second.
    for (const place of places.slice(0, 30)) await still.enter(place, inPassing);

    await assert.rejects(still.enter(call({ conversationId: 'a:30' }), inPassing), PacedError);

    await still.enter(call({ conversationId: 'a:30' }), fromTheJournal);
  });

  it('F-26: counts questions who somebody is in the pace of the tenant, and asks them before what waits to be said', async () => {
    const chats = Array.from({ length: 80 }, (_, number) => call({ conversationId: `a:${String(number)}` }));
    const question = call({ conversationId: undefined, isQuestion: true });
    const sentAt: number[] = [];
    const waiting: Promise<void>[] = [];
    const slow = new Outgoing({
      ...{ paces: new MemoryPaces(() => 0), died: async () => Promise.resolve(), log: new RecordingLogger() },
      sleep: async (ms) => {
        sentAt.push(ms);
        return Promise.resolve();
      },
    });
    for (const each of chats.slice(0, 40)) waiting.push(slow.enter(each, fromTheJournal));
    await Promise.all(waiting);
    const before = sentAt.length;

    await slow.enter(question, onTheSpot);
    assert.equal(sentAt.length, before);
    await slow.enter(call({ conversationId: 'a:later' }), fromTheJournal);

    // Five at once, then one every 40 ms: 40 messages, the question, and this one.
    assert.equal(sentAt.at(-1), (42 - 5) * 40);
  });

  it('leaves out that Confer is typing rather than let an answer wait', async () => {
    const typing = call({ isTyping: true });

    const waited = [await waits(onTheSpot, typing), await waits(onTheSpot, typing), await waits(onTheSpot, typing)];

    assert.deepEqual(waited, [0, 0, undefined]);
    assert.equal(await waits(onTheSpot), 0);
  });

  it('takes no place for what it does not send', async () => {
    for (let times = 0; times < 100; times += 1) await waits(inTheBackground);

    assert.equal(await waits(onTheSpot), 0);
  });

  it('A-39: leaves a conversation alone for as long as it asks, at most a minute, and no other', async () => {
    await outgoing.refused(call(), { status: 429, code: undefined, askedMs: 999_999_000 });

    assert.equal(await waits(fromTheJournal), undefined);
    assert.equal(await waits(inTheBackground, call({ conversationId: 'a:2' })), 0);
    assert.equal(await waits(onTheSpot), 60_000);
  });

  it('does not hold anything for a message that somebody else was changing', async () => {
    await outgoing.refused(call(), { status: 412, code: undefined, askedMs: undefined });

    assert.equal(await waits(onTheSpot), 0);
  });

  it('lets calls of no conversation through', async () => {
    const other = call({ conversationId: undefined });

    for (let sent = 0; sent < 100; sent += 1) assert.equal(await waits(onTheSpot, other), 0);
  });

  for (const { title, status, code } of DEADLY) {
    it(`P-18: learns from ${title} that a conversation is dead`, async () => {
      await outgoing.refused(call(), { status, code, askedMs: undefined });

      assert.deepEqual(dead, [`a:1 ${code}`]);
    });
  }

  for (const { title, status, code } of HARMLESS) {
    it(`learns nothing of the kind from ${title}`, async () => {
      await outgoing.refused(call(), { status, code, askedMs: undefined });

      assert.deepEqual(dead, []);
    });
  }
});
