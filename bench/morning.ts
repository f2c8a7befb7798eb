import { setMaxListeners } from 'node:events';
import os from 'node:os';

import { readChoice, readOptions } from './arguments';
import { type Counted, Limits } from './morning/limits';
import { SignIns } from './morning/sign-ins';
import { Delivery } from './stage/delivery';
import { atRate } from './stage/rate';
import { Speech } from './stage/speech';
import { type Engine, engines, type Stage, startStage } from './stage/stage';
import { quantile } from './statistics';
import { type Cell, nothing, printTable, rounded, type Table } from './table';

/** How people ask for their meeting. */
export const manners = ['button', 'typed'] as const;

/** One of {@link manners}. */
export type MannerOfAsking = (typeof manners)[number];

/** How to measure. */
export interface MorningOptions {
  readonly people: number;
  /** How long it takes until the last of them has asked. */
  readonly seconds: number;
  /** Calls a second the connector takes from the bot. */
  readonly connector: number;
  readonly engine: Engine;
  /** Of the product. */
  readonly processes: number;
  /** How long the last card is waited for, after the last person has asked. */
  readonly patienceMs: number;
  /** Told what is measured now. */
  readonly onProgress?: (line: string) => void;
}

/** One morning. */
export interface Morning {
  readonly asked: MannerOfAsking;
  readonly people: number;
  /** Of each person who was answered: from asking to being acknowledged. */
  readonly acknowledgedMs: readonly number[];
  /** Of each person who got a card: from asking to the card with their join link. */
  readonly cardMs: readonly number[];
  /** From the first person to the last card. */
  readonly lastCardMs: number;
  /** People with more than one card. */
  readonly doubled: number;
  readonly connector: Counted;
  readonly signIns: { readonly count: number; readonly most: number };
  readonly machineLoad: number;
}

/** `npm run bench -- morning`: many people start a meeting within a minute, and the connector takes only so much. */
export async function runMorning(args: readonly string[]): Promise<string> {
  const numbers = { people: 1000, seconds: 60, connector: 30, processes: 2 };
  const { engine = 'postgres', ...given } = readOptions(args, { numbers, texts: ['engine'] });
  const options = {
    ...given,
    engine: readChoice('engine', engine, engines),
    patienceMs: 300_000,
    onProgress: console.error,
  };
  const processes = options.engine === 'sqlite' ? 1 : options.processes;
  const mornings: Morning[] = [];
  for (const asked of manners) mornings.push(await measureMorning(asked, { ...options, processes }));
  return printTable(tableOf(mornings));
}

/** Lets one morning happen, from a fresh start. */
export async function measureMorning(asked: MannerOfAsking, options: MorningOptions): Promise<Morning> {
  const { engine, processes, people, seconds } = options;
  const limits = new Limits([{ calls: options.connector, inMs: 1000 }]);
  const signIns = new SignIns();
  const manners = { chatManner: limits.manner, meetingManner: signIns.manner };
  const stage = await startStage({ engine, processes, ...manners });
  const delivery = new Delivery();
  try {
    const [machineLoad = 0] = os.loadavg();
    options.onProgress?.(`${String(people)} people in ${String(seconds)} s, by ${asked}`);
    const over = AbortSignal.timeout(seconds * 1000 + options.patienceMs);
    setMaxListeners(0, over);
    const startedAt = Date.now();
    const visits: Promise<Visit>[] = [];
    const visit = (number: number): void => {
      visits.push(visitOf(number, { asked, stage, delivery }, over));
    };
    await atRate({ perSecond: people / seconds, seconds }, visit, over);
    const done = await Promise.all(visits);
    const cards = done.flatMap(({ cardAt }) => (cardAt === undefined ? [] : [cardAt]));
    return {
      ...{ asked, people, machineLoad, connector: limits.counted },
      acknowledgedMs: done.flatMap(({ acknowledgedMs }) => acknowledgedMs ?? []),
      cardMs: done.flatMap(({ askedAt, cardAt }) => (cardAt === undefined ? [] : [cardAt - askedAt])),
      lastCardMs: Math.max(...cards) - startedAt,
      doubled: done.filter(({ speech }) => cardsIn(stage, speech).length > 1).length,
      signIns: { count: signIns.count, most: signIns.most },
    };
  } finally {
    delivery.close();
    await stage.stop();
  }
}

/** What one person saw. */
interface Visit {
  readonly speech: Speech;
  readonly askedAt: number;
  readonly acknowledgedMs: number | undefined;
  readonly cardAt: number | undefined;
}

async function visitOf(
  number: number,
  { asked, stage, delivery }: { asked: MannerOfAsking; stage: Stage; delivery: Delivery },
  over: AbortSignal,
): Promise<Visit> {
  const speech = new Speech(stage.chat.serviceUrl, number + 1);
  const { origin = '' } = stage.products[number % stage.products.length] ?? {};
  const askedAt = Date.now();
  const activity =
    asked === 'typed'
      ? speech.says(`start ${subject}`)
      : speech.acts('suggestions', 'help.run', { command: 'start', args: subject });
  const answer = await delivery.post(origin, activity, over);
  const acknowledgedMs = answer?.status === 200 ? Date.now() - askedAt : undefined;
  const card = await stage.chat.shown(speech.conversationId, ({ shows }) => isCard(shows), over).catch(() => undefined);
  return { speech, askedAt, acknowledgedMs, cardAt: card?.since };
}

const subject = 'Morning round';

function isCard(shows: string): boolean {
  return shows.includes(subject) && shows.includes('AdaptiveCard');
}

function cardsIn({ chat }: Stage, { conversationId }: Speech): readonly unknown[] {
  return chat.visible(conversationId).filter(({ shows }) => isCard(shows));
}

/** The mornings as a table, beside the goals. */
export function tableOf(mornings: readonly Morning[]): Table {
  const goal = ['goal', nothing, nothing, 0, nothing, 2, nothing, nothing, 90, nothing, '≤ 2', nothing, '≤ 12'];
  return {
    title: 'Everybody starts a meeting at nine',
    columns: [
      ...['asked by', 'people', 'without card', 'two cards', 'ack p50 s', 'ack p99 s', 'card p50 s', 'card p99 s'],
      ...['last card s', 'calls per person', '429 %', 'of them for the conversation', 'sign-ins at a time'],
    ],
    rows: [...mornings.map(rowOf), goal],
    notes: [
      'last card: from the first person to the last card. calls: to the Bot Connector, answered with 429 or not.',
      `Load of the machine: ${mornings.map(({ machineLoad }) => String(rounded(machineLoad))).join(', ')}.`,
    ],
  };
}

function rowOf({ asked, people, connector, signIns, ...seen }: Morning): readonly Cell[] {
  const { acknowledgedMs, cardMs, lastCardMs, doubled } = seen;
  return [
    ...[asked, people, people - cardMs.length, doubled],
    ...[acknowledgedMs, cardMs].flatMap((times) => [0.5, 0.99].map((part) => seconds(quantile(times, part)))),
    ...[seconds(lastCardMs), rounded(connector.calls / people), rounded((connector.refused * 100) / connector.calls)],
    ...[connector.refusedForConversation, signIns.most],
  ];
}

function seconds(ms: number): Cell {
  return Number.isFinite(ms) ? rounded(ms / 1000) : nothing;
}
