import type { Activity, ConversationReference } from 'botbuilder';

import { changeLine } from '../commands';
import { PostImpossibleError } from '../journal/errors';
import type { Operation } from '../journal/operation';
import { markerOf } from '../journal/operation-id';
import type { Content } from '../journal/ports';
import type { NotedChange, Posting } from '../meetings/ports';
import { cardsToFollow, conversationsShowing } from '../meetings/posted-cards';
import type { CardWanted, LineWanted, PostStore } from '../posts/ports';
import { PostWorker } from '../posts/worker';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Pace } from '../shared/pace';
import { newReference } from '../shared/reference';
import { defineTexts } from '../shared/texts';

import { ChatPosts, type ChatPostsDeps, type LineContent } from './chat-posts';
import type { OperationAnswer } from './operation-answer';
import { toRequest } from './operation-request';
import type { Turn } from './turns';

const texts = defineTexts({
  en: { elsewhere: 'I could not answer where you asked, so here is what came of it:' },
});

/** Changes that follow one another so quickly are told in one line. */
const GATHER_MS = 3000;

/** Collaborators of {@link Posts}. */
export interface PostsDeps extends ChatPostsDeps {
  readonly store: PostStore;
  readonly pace?: Pace;
  /** How long a line waits for others; default 3 seconds. */
  readonly gatherMs?: number;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
}

/** What goes out besides answers: cards that follow their meeting, lines that tell of a change, results for whoever cannot be answered. */
export class Posts {
  readonly #deps: PostsDeps;
  readonly #worker: PostWorker<Partial<Activity>>;

  constructor(deps: PostsDeps) {
    this.#deps = deps;
    this.#worker = new PostWorker({ ...deps, host: new ChatPosts(deps), holder: newReference() });
  }

  /** Begins to work, also on what was left by a process that ended. */
  start(): void {
    this.#worker.start();
  }

  /** Something may be due: another process said so. */
  wake(): void {
    this.#worker.wake();
  }

  /** Resolves when nothing is due or under way. */
  async idle(): Promise<void> {
    await this.#worker.idle();
  }

  /** Ends the calls under way and leaves the rest to the next process. */
  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  /** Lets the cards of a meeting follow what an operation did to it, and has their conversations told. Twice is as good as once. */
  async follow(turn: Turn, meetingId: string, operation: Operation): Promise<void> {
    const meetings = turn.meetings();
    const noted = await meetings.notedChange(markerOf(operation.id));
    const isCancelled = (await meetings.recordOf(meetingId))?.cancelledAt !== undefined;
    const postings = await meetings.postingsOf(meetingId);
    // An answer that was said late may show less than the meeting has become since.
    const except = noted?.isNewest === false ? undefined : operation.cardActivityId;
    const cards = cardsToFollow(postings, { isCancelled, except }).map((posting) => toCard(posting, turn.person.id));
    const lines = noted === undefined ? [] : linesFor(noted, postings, { turn, operation });
    const { store, gatherMs = GATHER_MS } = this.#deps;
    if (cards.length + lines.length > 0) await store.want({ cards, lines, gatherMs });
    this.#worker.wake();
  }

  /** Says what came of an operation; where nothing can be said any more, whoever asked gets it in their personal chat. */
  async orElsewhere<Result>(operation: Operation, content: Content, say: () => Promise<Result>): Promise<Result> {
    try {
      return await say();
    } catch (error) {
      if (error instanceof PostImpossibleError && content.kind === 'answer') {
        await this.#tellElsewhere(operation, content.answer as OperationAnswer).catch((failure: unknown) => {
          this.#deps.log.warn('result.notTold', { operation: operation.id, error: String(failure) });
        });
      }
      throw error;
    }
  }

  async #tellElsewhere(operation: Operation, answer: OperationAnswer): Promise<void> {
    const { conversations, store, log } = this.#deps;
    const { id, conversationId, personId, request } = operation;
    if (answer.kind === 'nothing' || !(await conversations.isDead(conversationId))) return;
    const chat = await conversations.personalChatOf(personId);
    if (chat === undefined || chat.conversationId === conversationId) {
      log.info('result.untold', { operation: id });
      return;
    }
    const { elsewhere } = texts(toRequest(request).activity.locale ?? 'en-US');
    const { text } = answer.activity;
    const content: LineContent = {
      ...{ kind: 'result', personId, shows: answer.kind === 'card' && !answer.passing ? answer.shows : undefined },
      activity: {
        ...answer.activity,
        text: text === undefined ? elsewhere : `${elsewhere}\n\n${text}`,
        textFormat: 'plain',
      },
    };
    const line = { id: `result ${id}`, group: `result ${id}`, conversationId: chat.conversationId };
    await store.want({ cards: [], lines: [{ ...line, address: chat.address, content }], gatherMs: 0 });
    this.#worker.wake();
  }
}

function toCard({ meetingId, conversationId, activityId, address }: Posting, personId: string): CardWanted {
  return { meetingId, conversationId, activityId, address, personId };
}

/** One line for every conversation that shows the meeting, but for those who know already. */
function linesFor(
  noted: NotedChange,
  postings: readonly Posting[],
  { turn, operation }: { turn: Turn; operation: Operation },
): readonly LineWanted[] {
  const { key, meetingId, kind, by, subject, difference } = noted;
  const change = { kind, by, subject, difference };
  const { zone } = turn.reader;
  if (changeLine(change, turn.reader) === undefined) return [];
  const content: LineContent = { kind: 'change', change, zone };
  return (
    conversationsShowing(postings)
      .filter(({ address }) => !isOwnChat(address, turn))
      // The answer shows it.
      .filter(({ conversationId }) => kind !== 'cancelled' || conversationId !== operation.conversationId)
      .map(({ conversationId, address }) => ({
        id: `${key} ${conversationId}`,
        group: JSON.stringify([conversationId, meetingId, by.id]),
        ...{ conversationId, address, content },
      }))
  );
}

/** Whether it is the personal chat of whoever speaks. */
function isOwnChat(address: unknown, { person, activity }: Turn): boolean {
  const { conversation, user } = address as Partial<ConversationReference>;
  if (conversation?.conversationType !== 'personal') return false;
  return user?.aadObjectId === person.id || user?.id === activity.from.id || user?.id === person.id;
}
