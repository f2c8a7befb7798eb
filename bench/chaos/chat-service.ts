import { type Answered, type Asked, FaultyServer, type Trouble } from './faulty-server';

/** A message of the bot as people see it. */
export interface ShownMessage {
  readonly id: string;
  readonly conversationId: string;
  /** JSON of what it shows now. */
  shows: string;
  isDeleted: boolean;
  /** When it came to show that, in milliseconds since the epoch. */
  since: number;
}

const route = /^\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?\/?$/u;

/** A Bot Connector at whose door calls go wrong. */
export class ChatService {
  readonly #door: FaultyServer;
  readonly #messages: Map<string, ShownMessage>;
  readonly #counts: Map<string, number>;

  private constructor(door: FaultyServer, desk: Desk) {
    this.#door = door;
    this.#messages = desk.messages;
    this.#counts = desk.counts;
  }

  static async start(trouble: Trouble): Promise<ChatService> {
    const desk = new Desk();
    return new ChatService(
      await FaultyServer.start(trouble, async (asked) => Promise.resolve(desk.serve(asked))),
      desk,
    );
  }

  /** Where the bot sends its answers. */
  get serviceUrl(): string {
    return `${this.#door.origin}/`;
  }

  /** Messages that arrived, by method; `POST` is the number of messages that were made. */
  count(method: string): number {
    return this.#counts.get(method) ?? 0;
  }

  /** See {@link FaultyServer.retriesPerCall}. */
  get retriesPerCall(): number | undefined {
    return this.#door.retriesPerCall;
  }

  fail(percent: number): void {
    this.#door.fail(percent);
  }

  /** What can be seen in a conversation. */
  visible(conversationId: string): readonly ShownMessage[] {
    return [...this.#messages.values()].filter(
      (message) => message.conversationId === conversationId && !message.isDeleted,
    );
  }

  async stop(): Promise<void> {
    await this.#door.stop();
  }
}

/** Keeps the messages. */
class Desk {
  readonly messages = new Map<string, ShownMessage>();
  readonly counts = new Map<string, number>();

  serve({ method, path, body }: Asked): Answered {
    const [, conversation = '', activity] = route.exec(new URL(path, 'http://x').pathname) ?? [];
    if (conversation === '') return { status: 404 };
    const conversationId = decodeURIComponent(conversation);
    if (method === 'POST') return this.#post(conversationId, body.toString());
    const message = this.messages.get(decodeURIComponent(activity ?? ''));
    if (message === undefined || message.isDeleted) return { status: 404 };
    this.#count(method);
    if (method === 'DELETE') message.isDeleted = true;
    else Object.assign(message, { shows: body.toString(), since: Date.now() });
    return ok({ id: message.id });
  }

  #post(conversationId: string, shows: string): Answered {
    const id = `message-${String(this.messages.size + 1)}`;
    if ((JSON.parse(shows) as { type?: string }).type !== 'message') return ok({ id: 'typing' });
    this.#count('POST');
    this.messages.set(id, { id, conversationId, shows, isDeleted: false, since: Date.now() });
    return ok({ id });
  }

  #count(method: string): void {
    this.counts.set(method, (this.counts.get(method) ?? 0) + 1);
  }
}

function ok(body: object): Answered {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
