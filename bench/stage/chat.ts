import { once } from 'node:events';

import type { ShownMessage } from '../chaos/chat-service';
import { type Answered, type Asked, FaultyServer, type Manner } from '../chaos/faulty-server';
import { Random } from '../chaos/random';

const route = /^\/v3\/conversations\/([^/]+)\/(activities|members)(?:\/([^/]+))?\/?$/u;

/** A Bot Connector for many conversations: it forgets those that are over, and tells when something is shown. */
export class Chat {
  readonly #door: FaultyServer;
  readonly #desk: Desk;

  private constructor(door: FaultyServer, desk: Desk) {
    this.#door = door;
    this.#desk = desk;
  }

  /** @param manner - how calls are served. */
  static async start(manner?: Manner): Promise<Chat> {
    const desk = new Desk();
    const trouble = { random: new Random(1), percent: 0, lateMs: 0, ...(manner === undefined ? {} : { manner }) };
    const serve = async (asked: Asked): Promise<Answered> => Promise.resolve(desk.serve(asked));
    return new Chat(await FaultyServer.start(trouble, serve), desk);
  }

  /** Where the bot sends its answers. */
  get serviceUrl(): string {
    return `${this.#door.origin}/`;
  }

  /** Calls that had their effect. */
  get calls(): number {
    return this.#desk.calls;
  }

  /** What can be seen in a conversation. */
  visible(conversationId: string): readonly ShownMessage[] {
    return [...(this.#desk.conversations.get(conversationId)?.values() ?? [])].filter(({ isDeleted }) => !isDeleted);
  }

  /** Resolves with the first message in a conversation that looks so, now or later. @throws the signal's reason. */
  async shown(
    conversationId: string,
    looksSo: (message: ShownMessage) => boolean,
    signal: AbortSignal,
  ): Promise<ShownMessage> {
    for (;;) {
      const found = this.visible(conversationId).find(looksSo);
      if (found !== undefined) return found;
      await this.#desk.changed(conversationId, signal);
    }
  }

  /** Nobody looks at this conversation any more. */
  forget(conversationId: string): void {
    this.#desk.conversations.delete(conversationId);
  }

  async stop(): Promise<void> {
    await this.#door.stop();
  }
}

/** Keeps the messages. */
class Desk {
  readonly conversations = new Map<string, Map<string, ShownMessage>>();
  calls = 0;
  readonly #waiting = new Map<string, EventTarget>();
  #messages = 0;

  serve({ method, path, body }: Asked): Answered {
    const [, conversation = '', kind, id] = route.exec(new URL(path, 'http://x').pathname) ?? [];
    if (conversation === '') return { status: 404 };
    this.calls += 1;
    const conversationId = decodeURIComponent(conversation);
    if (kind === 'members') return memberOf(decodeURIComponent(id ?? ''));
    return method === 'POST'
      ? this.#post(conversationId, body.toString())
      : this.#change(conversationId, decodeURIComponent(id ?? ''), method === 'PUT' ? body.toString() : undefined);
  }

  /** Resolves when something is shown there that was not before. */
  async changed(conversationId: string, signal: AbortSignal): Promise<void> {
    const target = this.#waiting.get(conversationId) ?? new EventTarget();
    this.#waiting.set(conversationId, target);
    await once(target, 'changed', { signal });
  }

  #post(conversationId: string, shows: string): Answered {
    if ((JSON.parse(shows) as { type?: string }).type !== 'message') return ok({ id: 'typing' });
    this.#messages += 1;
    const id = `message-${String(this.#messages)}`;
    const messages = this.conversations.get(conversationId) ?? new Map<string, ShownMessage>();
    messages.set(id, { id, conversationId, shows, isDeleted: false, since: Date.now() });
    this.conversations.set(conversationId, messages);
    this.#tell(conversationId);
    return ok({ id });
  }

  #change(conversationId: string, id: string, shows: string | undefined): Answered {
    const message = this.conversations.get(conversationId)?.get(id);
    if (message === undefined || message.isDeleted) return { status: 404 };
    if (shows === undefined) message.isDeleted = true;
    else Object.assign(message, { shows, since: Date.now() });
    this.#tell(conversationId);
    return ok({ id });
  }

  #tell(conversationId: string): void {
    const target = this.#waiting.get(conversationId);
    this.#waiting.delete(conversationId);
    target?.dispatchEvent(new Event('changed'));
  }
}

/** Everybody who speaks is a member, under the id of `personIn`; nobody has an address on the meeting server. */
function memberOf(id: string): Answered {
  const [, aadObjectId = ''] = id.split(':');
  return ok({ id, name: 'Somebody', aadObjectId, tenantId: 'tenant', userRole: 'user' });
}

function ok(body: object): Answered {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
