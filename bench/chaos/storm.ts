import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ChatService } from './chat-service';
import { migrateDatabase, startDatabase } from './database';
import { countUnfinished } from './journal-watch';
import { type Evidence, judge, type Verdict } from './judgement';
import { MeetingServer } from './meeting-server';
import { lateMs, requestTimeoutSeconds } from './pace';
import { People } from './people';
import { Random } from './random';
import { Replicas } from './replicas';
import { type Wish, wishKinds } from './wish';

/** What is tried out. */
export interface StormSettings {
  readonly commands: number;
  readonly seed: number;
  /** So many of 100 calls to either server go wrong. */
  readonly faults: number;
  /** With `postgres` there are two processes, and the database crashes once. */
  readonly engine: 'sqlite' | 'postgres';
  /** Leaves the journal out. */
  readonly isNaive: boolean;
  /** Longest wait for the end of the work, in milliseconds. */
  readonly patienceMs: number;
  /** Processes that wait to take the place of killed ones. */
  readonly spares: number;
  readonly logFile?: string | undefined;
}

/** What was seen. */
export interface StormReport {
  readonly settings: StormSettings;
  readonly evidence: readonly Evidence[];
  /** Before anybody looked. */
  readonly evidenceBefore: readonly Evidence[];
  readonly kills: number;
  /** Processes that listened and ended by themselves. */
  readonly falls: number;
  /** Operations that had not ended when patience was over. */
  readonly unfinished: number;
  readonly creations: { readonly wished: number; readonly sent: number };
  readonly messages: { readonly made: number; readonly removed: number; readonly changed: number };
  /** Calls that change something and were sent again, by server. */
  readonly retriesPerCall: { readonly server: number | undefined; readonly chat: number | undefined };
  readonly elapsedMs: number;
}

/** Everything that runs. */
interface Stage {
  readonly settings: StormSettings;
  readonly random: Random;
  readonly server: MeetingServer;
  readonly chat: ChatService;
  readonly replicas: Replicas;
  readonly people: People;
  readonly place: { readonly dataDir: string; readonly databaseUrl: string | undefined };
  readonly crashDatabase: () => Promise<void>;
}

/** Sets up everything, lets the storm loose, waits until it is calm, and gathers what is left. */
export async function runStorm(settings: StormSettings): Promise<StormReport> {
  const startedAt = Date.now();
  const random = new Random(settings.seed);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'confer-chaos-'));
  const database = settings.engine === 'postgres' ? await startDatabase() : undefined;
  const databaseUrl = database?.url;
  if (databaseUrl !== undefined) await migrateDatabase(databaseUrl);
  const trouble = { random: random.branch(), percent: 0, lateMs };
  // One account has the meetings here that a whole company has.
  const server = await MeetingServer.start(trouble, { switches: { meetingQuota: 100_000 } });
  const chat = await ChatService.start({ random: random.branch(), percent: 0, lateMs });
  const replicas = new Replicas({
    count: settings.engine === 'postgres' ? 2 : 1,
    env: {
      ...server.settings,
      ...{ LIMIT_PER_PERSON_PER_MINUTE: '0', LIMIT_PER_CONVERSATION_PER_MINUTE: '0' },
      ...{ PORT: '0', LOCAL_TEAMS: 'off', LOG_LEVEL: 'info', DATA_DIR: dataDir },
      UCWA_REQUEST_TIMEOUT_SECONDS: String(requestTimeoutSeconds),
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    isNaive: settings.isNaive,
    spares: settings.spares,
    logFile: settings.logFile,
  });
  try {
    const people = new People({ chat, replicas, random: random.branch(), seed: settings.seed });
    const crashDatabase = async (): Promise<void> => database?.crash();
    const place = { dataDir, databaseUrl };
    const stage = { settings, random, server, chat, replicas, people, place, crashDatabase };
    return { ...(await play(stage)), elapsedMs: Date.now() - startedAt };
  } finally {
    await replicas.stop();
    await Promise.all([server.stop(), chat.stop(), database?.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play(stage: Stage): Promise<Omit<StormReport, 'elapsedMs'>> {
  const { settings, server, chat, replicas, people } = stage;
  await replicas.ready();
  const wishes = await prepareAll(stage);
  const before = {
    creations: server.count('POST myOnlineMeetings'),
    posts: chat.count('POST'),
    puts: chat.count('PUT'),
  };
  server.fail(settings.faults);
  chat.fail(settings.faults);
  await blow(stage, wishes);
  const unfinishedBefore = await calm(stage);
  const evidenceBefore = await gather(stage, wishes);
  const patience = AbortSignal.timeout(settings.patienceMs);
  for (const { conversationId } of wishes) await people.look(conversationId, patience);
  const unfinished = unfinishedBefore + (await calm(stage));
  await tidied(stage, wishes);
  return {
    ...{ settings, evidence: await gather(stage, wishes), evidenceBefore, kills: replicas.kills, unfinished },
    falls: replicas.falls,
    creations: {
      wished: wishes.filter(({ kind }) => kind === 'typed' || kind === 'form').length,
      sent: server.count('POST myOnlineMeetings') - before.creations,
    },
    retriesPerCall: { server: server.retriesPerCall, chat: chat.retriesPerCall },
    messages: {
      made: chat.count('POST') - before.posts,
      removed: chat.count('DELETE'),
      changed: chat.count('PUT') - before.puts,
    },
  };
}

async function prepareAll({ settings, people, random }: Stage): Promise<readonly Wish[]> {
  const wishes: Wish[] = [];
  const parallel = 8;
  for (let at = 0; at < settings.commands; at += parallel) {
    const numbers = Array.from({ length: Math.min(parallel, settings.commands - at) }, (_, more) => at + more);
    wishes.push(...(await Promise.all(numbers.map(async (n) => people.prepare(random.pick(wishKinds), n)))));
  }
  return wishes;
}

/** Everybody asks, in bursts, while processes and once the database are killed. Ends when everything was taken. */
async function blow({ random, people, replicas, crashDatabase }: Stage, wishes: readonly Wish[]): Promise<void> {
  const over = new AbortController();
  const killing = kill(replicas, random.branch(), over.signal);
  const taken: Promise<void>[] = [];
  let crashing: Promise<void> | undefined;
  for (let at = 0; at < wishes.length;) {
    const burst = wishes.slice(at, at + random.between(5, 15));
    at += burst.length;
    taken.push(...burst.map(async (wish) => people.deliver(wish, over.signal)));
    await sleep(random.between(500, 1500));
    if (at > wishes.length / 2) crashing ??= crashDatabase();
  }
  await Promise.all([...taken, crashing]);
  over.abort();
  await killing;
  await replicas.ready();
}

async function kill(replicas: Replicas, random: Random, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(random.between(250, 750));
    replicas.killOne(random);
  }
}

/** Waits until nothing is to be done any more. @returns how much still is when patience is over. */
async function calm({ settings, place }: Stage): Promise<number> {
  // A list in memory cannot be counted from here, nor does it know what it has forgotten.
  if (settings.isNaive) await sleep(20_000);
  const latest = Date.now() + settings.patienceMs;
  for (;;) {
    const open = await countUnfinished(place);
    if (open === 0 || Date.now() > latest) {
      // What was sent before may still take effect.
      await sleep(2000);
      return open;
    }
    await sleep(250);
  }
}

/** Waits until the copies that were seen are gone, as long as the product goes on trying. */
async function tidied(stage: Stage, wishes: readonly Wish[]): Promise<void> {
  const latest = Date.now() + 40_000;
  const untidy: readonly Verdict[] = ['doubledCard', 'unfinished', 'wrongCard'];
  while (Date.now() < latest && (await gather(stage, wishes)).some((each) => untidy.includes(judge(each)))) {
    await sleep(500);
  }
}

async function gather({ server, chat }: Stage, wishes: readonly Wish[]): Promise<readonly Evidence[]> {
  const all = await server.meetings();
  return wishes.map((wish) => ({
    wish,
    meetings: all.filter(({ subject }) => subject.startsWith(wish.token)),
    visible: chat.visible(wish.conversationId).map((message) => ({ ...message })),
  }));
}
