import type { Activity, ConversationReference, ResourceResponse, TurnContext } from 'botbuilder';

import { type ChatEvent, RecordingAdapter } from './recording-adapter';

/** Where a process is: before or after one of its calls, `journal.save`, with what it was called with. */
export interface Checkpoint {
  readonly when: 'before' | 'after';
  readonly call: string;
  readonly args: readonly unknown[];
}

/**
 * The life of one process, which ends at a checkpoint as `kill -9` ends it: what it had asked for happened, and it never
 * learns of it, nor does or hears anything else.
 */
export class Life {
  readonly #endsAt: (checkpoint: Checkpoint) => boolean;
  readonly #end: { resolve: () => void };
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  isOver = false;

  constructor(endsAt: (checkpoint: Checkpoint) => boolean) {
    this.#endsAt = endsAt;
    let resolve: () => void = () => undefined;
    this.ended = new Promise((done) => {
      resolve = done;
    });
    this.#end = { resolve };
  }

  /** Makes a call of the process. It never comes back when the process is gone by then. */
  async call<Result>(call: string, args: readonly unknown[], work: () => Promise<Result>): Promise<Result> {
    await this.#pass({ when: 'before', call, args });
    const result = await work();
    await this.#pass({ when: 'after', call, args });
    return result;
  }

  /** Something whose asynchronous methods are calls of the process; the rest of it is as it is. */
  of<Target extends object>(name: string, target: Target, methods: readonly (keyof Target & string)[]): Target {
    return new Proxy(target, {
      get: (whole, property) => {
        const value: unknown = Reflect.get(whole, property, whole);
        if (typeof value !== 'function') return value;
        const bound = value.bind(whole) as (...args: unknown[]) => Promise<unknown>;
        const isCall = methods.some((method) => method === property);
        if (!isCall) return bound;
        return async (...args: unknown[]) => this.call(`${name}.${String(property)}`, args, async () => bound(...args));
      },
      set: (whole, property, value) => Reflect.set(whole, property, value, whole),
    });
  }

  async #pass(checkpoint: Checkpoint): Promise<void> {
    if (!this.isOver && this.#endsAt(checkpoint)) {
      this.isOver = true;
      this.#end.resolve();
    }
    if (this.isOver) await new Promise(() => undefined);
  }
}

/** A chat as one process reaches it; what is posted is seen by all. */
export class MortalChat extends RecordingAdapter {
  override readonly events: ChatEvent[];
  readonly #chat: RecordingAdapter;
  readonly #life: Life;

  constructor(chat: RecordingAdapter, life: Life) {
    super();
    this.events = chat.events;
    this.#chat = chat;
    this.#life = life;
  }

  override showing(activityId: string): Partial<Activity> | undefined {
    return this.#chat.showing(activityId);
  }

  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const isMessage = activities.some(({ type }) => type === 'message');
    const call = isMessage ? 'chat.post' : 'chat.other';
    return this.#life.call(call, activities, async () => this.#chat.sendActivities(context, activities));
  }

  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<undefined> {
    return this.#life.call('chat.update', [activity], async () => this.#chat.updateActivity(context, activity));
  }

  override async deleteActivity(context: TurnContext, reference: Partial<ConversationReference>): Promise<void> {
    await this.#life.call('chat.delete', [reference], async () => this.#chat.deleteActivity(context, reference));
  }
}
