import type { ConversationReference } from 'botbuilder';

import { PostImpossibleError } from '../journal/errors';
import type { ConversationStore, KnownConversation } from '../posts/ports';
import { inTime } from '../shared/in-time';
import type { Logger } from '../shared/logger';

import { lastingAddressOf } from './lasting-address';

/** Nobody waits longer than this for what is only good to know. */
const LIMIT_MS = 500;

/** Collaborators of {@link Conversations}. */
export interface ConversationsDeps {
  readonly store: ConversationStore;
  /** Whether the bot may speak to a stored address: it sends its token there, and settings change. */
  readonly mayAnswer: (serviceUrl: unknown) => boolean;
  readonly log: Logger;
}

/** Knows where Confer can speak, under which address, and where it can not for now. */
export class Conversations {
  readonly #deps: ConversationsDeps;

  constructor(deps: ConversationsDeps) {
    this.#deps = deps;
  }

  /** Learns from an activity that was let in. Never rejects: what it asks for must not fail because of this. */
  async see(activity: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      await inTime(this.#see(activity), LIMIT_MS);
    } catch (error) {
      this.#deps.log.warn('conversation.notSeen', { error: String(error) });
    }
  }

  async #see(activity: Readonly<Record<string, unknown>>): Promise<void> {
    const { store, mayAnswer } = this.#deps;
    const conversationId = textAt(activity.conversation, 'id');
    const { serviceUrl } = activity;
    if (conversationId === undefined || typeof serviceUrl !== 'string' || !mayAnswer(serviceUrl)) return;
    const teamId = textAt(partAt(activity.channelData, 'team'), 'id');
    if (isRemoval(activity)) {
      await store.left({ conversationId, teamId });
      return;
    }
    if (isAddition(activity) && teamId !== undefined) await store.joined(teamId);
    const isPersonal = textAt(activity.conversation, 'conversationType') === 'personal';
    const personId = textAt(activity.from, 'aadObjectId') ?? textAt(activity.from, 'id');
    await store.seen({
      ...{ conversationId, teamId, serviceUrl, address: lastingAddressOf(activity) },
      personId: isPersonal ? personId : undefined,
    });
  }

  /**
   * The address under which something can be said where a stored reference points to; Teams may have moved the conversation meanwhile.
   *
   * @returns undefined when the settings no longer allow to speak there.
   * @throws PostImpossibleError while nothing can be said there.
   */
  async addressOf(reference: Partial<ConversationReference>): Promise<Partial<ConversationReference> | undefined> {
    const known = await this.#find(reference.conversation?.id);
    if (known?.deadBecause !== undefined) throw new PostImpossibleError(known.deadBecause);
    const { serviceUrl = reference.serviceUrl } = known ?? {};
    if (serviceUrl === undefined || !this.#deps.mayAnswer(serviceUrl)) return undefined;
    return { ...reference, serviceUrl };
  }

  /** Whether nothing can be said in a conversation for now. */
  async isDead(conversationId: string): Promise<boolean> {
    return (await this.#find(conversationId))?.deadBecause !== undefined;
  }

  /** Nothing can be said there until somebody writes again. */
  async died(conversationId: string, reason: string): Promise<void> {
    await this.#deps.store.died(conversationId, reason);
  }

  /** The living personal chat of somebody. */
  async personalChatOf(personId: string): Promise<KnownConversation | undefined> {
    return this.#deps.store.personalChatOf(personId);
  }

  /** What is not known does not stop an answer that can be given. */
  async #find(conversationId: string | undefined): Promise<KnownConversation | undefined> {
    if (conversationId === undefined) return undefined;
    try {
      return await inTime(this.#deps.store.find(conversationId), LIMIT_MS);
    } catch (error) {
      this.#deps.log.warn('conversation.unknown', { error: String(error) });
      return undefined;
    }
  }
}

/** Source: msteams-docs, subscribe-to-conversation-events.md, "Installation update event", "Members removed". */
function isRemoval(activity: Readonly<Record<string, unknown>>): boolean {
  const { type, action } = activity;
  if (type === 'installationUpdate') return typeof action === 'string' && action.startsWith('remove');
  return type === 'conversationUpdate' && namesBot(activity.membersRemoved, activity);
}

function isAddition(activity: Readonly<Record<string, unknown>>): boolean {
  const { type, action } = activity;
  if (type === 'installationUpdate') return typeof action === 'string' && action.startsWith('add');
  return type === 'conversationUpdate' && namesBot(activity.membersAdded, activity);
}

function namesBot(members: unknown, { recipient }: Readonly<Record<string, unknown>>): boolean {
  const botId = textAt(recipient, 'id');
  return Array.isArray(members) && botId !== undefined && members.some((member) => textAt(member, 'id') === botId);
}

function partAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textAt(value: unknown, name: string): string | undefined {
  const part = partAt(value, name);
  return typeof part === 'string' && part !== '' ? part : undefined;
}
