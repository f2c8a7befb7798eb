import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { migrateDatabase, startDatabase, type StormDatabase as OwnDatabase } from '../chaos/database';
import type { Manner } from '../chaos/faulty-server';
import { MeetingServer } from '../chaos/meeting-server';
import { Random } from '../chaos/random';

import { Chat } from './chat';
import { Product, type ProductSettings } from './product';

/** Where the product keeps what it must not forget. */
export const engines = ['sqlite', 'postgres'] as const;

/** One of {@link engines}. */
export type Engine = (typeof engines)[number];

/** What is put on the stage. */
export interface StageSettings extends Partial<Pick<ProductSettings, 'nodeArguments' | 'logFile'>> {
  readonly engine: Engine;
  /** More than one with PostgreSQL only. */
  readonly processes: number;
  /** Over the settings of the stage. */
  readonly env?: Readonly<Record<string, string>>;
  readonly meetingManner?: Manner;
  readonly chatManner?: Manner;
}

/** The product, its database, and doubles of both servers. */
export interface Stage {
  readonly products: readonly Product[];
  readonly chat: Chat;
  readonly server: MeetingServer;
  /** Where the journal is. */
  readonly place: { readonly dataDir: string; readonly databaseUrl: string | undefined };
  /** Starts a process in place of one that ended. */
  replace(ended: Product): Promise<Product>;
  stop(): Promise<void>;
}

/** Starts everything, at the pace of production. */
export async function startStage(settings: StageSettings): Promise<Stage> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'confer-bench-'));
  const database = settings.engine === 'postgres' ? await startDatabase() : undefined;
  if (database !== undefined) await migrateDatabase(database.url);
  const calm = { random: new Random(1), percent: 0, lateMs: 0 };
  const manner = settings.meetingManner;
  const server = await MeetingServer.start(
    { ...calm, ...(manner === undefined ? {} : { manner }) },
    // People of a company share no quota; the service account's would be reached within minutes.
    { switches: { meetingQuota: 1_000_000 } },
  );
  const chat = await Chat.start(settings.chatManner);
  const set = new PartsOnStage({ settings, dataDir, database, server, chat });
  try {
    await set.fill();
    return set;
  } catch (error) {
    await set.stop();
    throw error;
  }
}

class PartsOnStage implements Stage {
  readonly chat: Chat;
  readonly server: MeetingServer;
  readonly place: Stage['place'];
  readonly #settings: StageSettings;
  readonly #database: OwnDatabase | undefined;
  #products: Product[] = [];

  constructor(parts: {
    settings: StageSettings;
    dataDir: string;
    database: OwnDatabase | undefined;
    server: MeetingServer;
    chat: Chat;
  }) {
    this.chat = parts.chat;
    this.server = parts.server;
    this.place = { dataDir: parts.dataDir, databaseUrl: parts.database?.url };
    this.#settings = parts.settings;
    this.#database = parts.database;
  }

  get products(): readonly Product[] {
    return this.#products;
  }

  async fill(): Promise<void> {
    const started = Array.from({ length: this.#settings.processes }, async () => this.#start());
    this.#products = await Promise.all(started);
  }

  async replace(ended: Product): Promise<Product> {
    const started = await this.#start();
    this.#products = this.#products.map((product) => (product === ended ? started : product));
    return started;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#products.map(async (product) => product.stop()));
    await Promise.all([this.server.stop(), this.chat.stop(), this.#database?.stop()]);
    await rm(this.place.dataDir, { recursive: true, force: true });
  }

  async #start(): Promise<Product> {
    const { env = {}, nodeArguments = [], logFile } = this.#settings;
    const { dataDir, databaseUrl } = this.place;
    return Product.start({
      env: {
        ...this.server.settings,
        ...{ PORT: '0', METRICS_PORT: '0', LOCAL_TEAMS: 'off', DATA_DIR: dataDir },
        // A few people ask here what a whole company does.
        ...{ LIMIT_PER_PERSON_PER_MINUTE: '0', LIMIT_PER_CONVERSATION_PER_MINUTE: '0' },
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...env,
      },
      nodeArguments,
      logFile,
    });
  }
}
