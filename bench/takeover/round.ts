import { setTimeout as sleep } from 'node:timers/promises';

import { judge, type Verdict } from '../chaos/judgement';
import type { Wish } from '../chaos/wish';
import { Delivery } from '../stage/delivery';
import { StageError } from '../stage/errors';
import type { Product } from '../stage/product';
import { Speech } from '../stage/speech';
import type { Stage } from '../stage/stage';

import { type Fate, fates, type HeldCreations } from './held-creations';
import type { JournalView } from './journal-view';

/** How a process ends, or stops to work without ending. */
export const endings = ['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const;

/** One of {@link endings}. */
export type Ending = (typeof endings)[number];

/** What became of one operation whose process was lost. */
export interface TakenOver {
  readonly ending: Ending;
  readonly fate: Fate;
  /** From the signal until another process had claimed it; undefined when the lost one did not work on it. */
  readonly claimedMs: number | undefined;
  /** From the signal until the card said so. */
  readonly finishedMs: number;
  readonly verdict: Verdict;
  readonly subject: string;
}

/** What a round needs. */
export interface RoundParts {
  readonly stage: Stage;
  readonly creations: HeldCreations;
  readonly journal: JournalView;
  readonly operations: number;
  readonly ending: Ending;
  /** Of the round, to tell what it makes. */
  readonly number: number;
}

/** How long a frozen process gets, once it goes on, to do the harm that it must not do. */
const thawMs = 3000;

/** One command, and what is known of it. */
interface Case {
  readonly fate: Fate;
  readonly wish: Wish;
  claimedAt?: number;
}

/** Several people ask one of two processes; while the server hangs the process ends, and the other one has to finish. */
export async function playRound(parts: RoundParts, signal: AbortSignal): Promise<readonly TakenOver[]> {
  const { stage, creations, journal, ending, operations } = parts;
  const [lost] = stage.products;
  if (lost === undefined) throw new StageError('there is no process to end');
  const cases = Array.from({ length: operations }, (_, at) => caseOf(parts, at));
  creations.hold();
  await ask(lost, cases, signal);
  await creations.held(operations, signal);
  await told(journal, cases, signal);
  creations.serve();
  const lostAt = Date.now();
  lost.signal(ending);
  const over = new AbortController();
  const watching = watchClaims(journal, cases, over.signal);
  const finished = await Promise.all(
    cases.map(async ({ wish }) => stage.chat.shown(wish.conversationId, ({ shows }) => isFinal(shows), signal)),
  );
  over.abort();
  await watching;
  await thaw(lost, ending);
  await stage.replace(lost);
  const meetings = await stage.server.meetings();
  return cases.map(({ fate, wish, claimedAt }, at) => ({
    ...{ ending, fate, claimedMs: claimedAt === undefined ? undefined : claimedAt - lostAt },
    subject: wish.subject,
    finishedMs: (finished[at]?.since ?? Number.NaN) - lostAt,
    verdict: judge({
      wish,
      meetings: meetings.filter(({ subject }) => subject === wish.subject),
      visible: stage.chat.visible(wish.conversationId),
    }),
  }));
}

function isFinal(shows: string): boolean {
  return shows.includes('edit.open');
}

function caseOf({ stage, number, ending }: RoundParts, at: number): Case {
  const fate = fates[at % fates.length] ?? 'was lost';
  const speech = new Speech(stage.chat.serviceUrl, at + 1, `takeover-${String(number)}-${String(at)}`);
  const subject = `Take-over ${String(number)}-${String(at)} ${ending} ${fate}`;
  const { conversationId } = speech;
  const asked = { kind: 'typed', conversationId, token: subject, subject } as const;
  return { fate, wish: { ...asked, activity: speech.says(`new ${subject}`), acknowledgedAt: undefined, answers: [] } };
}

async function ask(product: Product, cases: readonly Case[], signal: AbortSignal): Promise<void> {
  const delivery = new Delivery();
  const answers = await Promise.all(
    cases.map(async ({ wish }) => delivery.post(product.origin, wish.activity, signal)),
  );
  delivery.close();
  if (answers.some((answer) => answer?.status !== 200)) throw new StageError('not everything was acknowledged');
}

/** Everybody reads that it is under way, and the journal knows where: all rounds begin alike. */
async function told(journal: JournalView, cases: readonly Case[], signal: AbortSignal): Promise<void> {
  const ids = cases.map(({ wish }) => wish.conversationId);
  while ([...(await journal.of(ids)).values()].filter(({ hasCard }) => hasCard).length < ids.length) {
    await sleep(50, undefined, { signal });
  }
}

/** Notes when operations are claimed a second time. */
async function watchClaims(journal: JournalView, cases: readonly Case[], over: AbortSignal): Promise<void> {
  const ids = cases.map(({ wish }) => wish.conversationId);
  const before = await journal.of(ids);
  while (!over.aborted) {
    const now = await journal.of(ids);
    for (const each of cases) {
      const id = each.wish.conversationId;
      if ((now.get(id)?.epoch ?? 0) > (before.get(id)?.epoch ?? 0)) each.claimedAt ??= Date.now();
    }
    await sleep(50);
  }
}

/** A frozen process goes on as if nothing had happened, and ends a little later. */
async function thaw(lost: Product, ending: Ending): Promise<void> {
  if (ending === 'SIGSTOP') {
    lost.signal('SIGCONT');
    await sleep(thawMs);
  }
  await lost.stop();
}
