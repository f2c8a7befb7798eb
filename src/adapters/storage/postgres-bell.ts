import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import type { Bell, News } from './bell';

/** Name of the channel: whoever shares the database hears it. */
const channel = 'confer';

/** After a lost connection the next is tried after so long. */
const reconnectMs = 1000;

/** What was rung for is told so long at most when the process ends. */
const farewellMs = 1000;

/** Without a connection no more than this waits to be told: whoever is told nothing looks for themselves. */
const mostWaiting = 1000;

const kinds: ReadonlySet<unknown> = new Set<News['kind']>(['due', 'answered', 'seat']);

/**
 * LISTEN and NOTIFY on a connection of its own, which is made when first needed and again whenever it is lost. Behind a
 * pooler that hands out connections by transaction nothing is heard, and everybody looks for themselves.
 *
 * Source: https://www.postgresql.org/docs/current/sql-notify.html
 */
export class PostgresBell implements Bell {
  readonly #url: string;
  /** Told of what this process rang for, nobody here has to look. */
  readonly #self = randomUUID();
  readonly #listeners = new Set<(news: News) => void>();
  /** Not told yet; the same twice is told once. */
  readonly #waiting = new Set<string>();
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #telling: Promise<void> | undefined;
  #client: Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  ring(news: News): void {
    if (this.#closing.signal.aborted) return;
    if (this.#waiting.size >= mostWaiting) this.#waiting.clear();
    this.#waiting.add(JSON.stringify(news));
    this.#begin();
    this.#tell();
  }

  listen(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    this.#begin();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells what was rung for, if that is possible at once, and hears no more. */
  async close(): Promise<void> {
    await Promise.race([this.#telling, sleep(farewellMs, undefined, { ref: false })]);
    this.#closing.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  #begin(): void {
    this.#running ??= this.#stayConnected();
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#closing;
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      await this.#beConnected(isFirst).catch(() => undefined);
      this.#client = undefined;
      await sleep(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Resolves or rejects when the connection is gone. */
  async #beConnected(isFirst: boolean): Promise<void> {
    const limits = { connectionTimeoutMillis: 5000, query_timeout: 5000, keepAlive: true };
    const client = new Client({ connectionString: this.#url, application_name: 'confer bell', ...limits });
    const gone = new Promise<void>((resolve) => {
      client.on('error', () => {
        resolve();
      });
      client.on('end', resolve);
    });
    try {
      await client.connect();
      client.on('notification', ({ payload }) => {
        this.#hear(payload ?? '');
      });
      // Nothing is lost with news that a crash swallows, so nobody waits for the disk.
      await client.query(`set synchronous_commit = off; listen ${channel}`);
      if (this.#closing.signal.aborted) return;
      this.#client = client;
      if (!isFirst) this.#announce({ kind: 'anything' });
      this.#tell();
      await gone;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #hear(payload: string): void {
    const news = newsIn(payload, this.#self);
    if (news !== undefined) this.#announce(news);
  }

  #announce(news: News): void {
    for (const listener of this.#listeners) listener(news);
  }

  /** One statement at a time, with everything that came up meanwhile. */
  #tell(): void {
    const client = this.#client;
    if (client === undefined || this.#telling !== undefined || this.#waiting.size === 0) return;
    const payloads = [...this.#waiting].map((news) => `${this.#self} ${news}`);
    this.#waiting.clear();
    this.#telling = client
      .query('select pg_notify($1, payload) from unnest($2::text[]) payload', [channel, payloads])
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        this.#telling = undefined;
        this.#tell();
      });
  }
}

/** @returns undefined for what this process said itself, and for what is no news of ours: anybody may notify. */
function newsIn(payload: string, self: string): News | undefined {
  const [, sender, json] = /^(\S+) (\{.*\})$/u.exec(payload) ?? [];
  if (json === undefined || sender === self) return undefined;
  try {
    const { kind, id } = JSON.parse(json) as { readonly kind?: unknown; readonly id?: unknown };
    if (!kinds.has(kind)) return undefined;
    if (kind !== 'answered') return { kind: kind as 'due' | 'seat' };
    return typeof id === 'string' ? { kind, id } : undefined;
  } catch {
    return undefined;
  }
}
