import { type Activity, BotAdapter, type ConversationReference, type ResourceResponse, TurnContext } from 'botbuilder';

import { deferred } from './deferred';

/** What was done to a conversation, in order. */
export interface ChatEvent {
  readonly kind: 'sent' | 'updated' | 'deleted';
  readonly activity: Partial<Activity>;
}

/** The chat side without a network: it gives ids, keeps what was posted, and applies updates in place. */
export class RecordingAdapter extends BotAdapter {
  readonly events: ChatEvent[] = [];
  /** Messages whose updates fail, as Teams answers for one that is gone. */
  readonly failUpdatesOf = new Set<string>();
  /** Messages whose updates wait. */
  readonly holdUpdatesOf = new Map<string, Promise<unknown>>();
  /** How they fail; 404 is for messages that are gone. */
  updateStatus = 404;
  /** The code in the body of the answer. */
  updateCode: string | undefined;
  /** Makes the next posted message fail. */
  failNextSend: Error | undefined;
  /** Called when it fails. */
  onFailedSend: (() => Promise<void>) | undefined;
  failTyping = false;
  /** So many deletions fail before one works. */
  failNextDeletions = 0;
  /** Where updates were sent. */
  readonly addresses: { readonly activityId: string; readonly serviceUrl: string }[] = [];
  readonly #showing = new Map<string, Partial<Activity>>();
  readonly #held = deferred();
  #posted = 0;

  constructor() {
    super();
    this.onTurnError = async (_context, error) => Promise.reject(error);
  }

  /** Resolves when the first update waits. */
  get held(): Promise<unknown> {
    return this.#held.promise;
  }

  /** What a message shows now. */
  showing(activityId: string): Partial<Activity> | undefined {
    return this.#showing.get(activityId);
  }

  /** Runs one turn. */
  async process(activity: Partial<Activity>, bot: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.runMiddleware(new TurnContext(this, activity), bot);
  }

  override async sendActivities(_context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    if (this.failTyping && activities.some(({ type }) => type === 'typing')) throw new Error('429 typing');
    const failure = this.failNextSend;
    if (failure !== undefined && activities.some(({ type }) => type === 'message')) {
      this.failNextSend = undefined;
      await this.onFailedSend?.();
      throw failure;
    }
    return Promise.resolve(activities.map((activity) => this.#post(activity)));
  }

  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<undefined> {
    this.addresses.push({ activityId: activity.id ?? '', serviceUrl: context.activity.serviceUrl });
    const hold = this.holdUpdatesOf.get(activity.id ?? '');
    if (hold !== undefined) {
      this.#held.resolve(undefined);
      await hold;
    }
    if (this.failUpdatesOf.has(activity.id ?? '')) {
      throw Object.assign(new Error('update'), { statusCode: this.updateStatus, code: this.updateCode });
    }
    this.events.push({ kind: 'updated', activity });
    this.#showing.set(activity.id ?? '', activity);
    return Promise.resolve(undefined);
  }

  override async deleteActivity(_context: TurnContext, reference: Partial<ConversationReference>): Promise<void> {
    if (this.failNextDeletions > 0) {
      this.failNextDeletions -= 1;
      throw new Error('socket hang up');
    }
    this.#showing.delete(reference.activityId ?? '');
    this.events.push({ kind: 'deleted', activity: { id: reference.activityId ?? '' } });
    return Promise.resolve();
  }

  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const activity = TurnContext.applyConversationReference({ type: 'event' }, reference, true);
    await this.runMiddleware(new TurnContext(this, activity), logic);
  }

  override async continueConversationAsync(
    _appId: unknown,
    reference: Partial<ConversationReference>,
    logic: unknown,
  ): Promise<void> {
    await this.continueConversation(reference, logic as (context: TurnContext) => Promise<void>);
  }

  #post(activity: Partial<Activity>): ResourceResponse {
    this.#posted += 1;
    const id = `posted-${String(this.#posted)}`;
    this.events.push({ kind: 'sent', activity: { ...activity, id } });
    if (activity.type === 'message') this.#showing.set(id, { ...activity, id });
    return { id };
  }
}
