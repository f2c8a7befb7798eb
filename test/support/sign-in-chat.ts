import assert from 'node:assert/strict';

import type { BotHarness } from './bot-harness';
import { type ANNA, messageActivity, type PlaceKind, type Posted } from './chat';
import type { ChatEvent } from './recording-adapter';
import { CONNECTION } from './token-service';

/** Somebody in the chat. */
export type PersonOfChat = typeof ANNA;

/** The sign-in card of a message. */
export interface OAuthCard {
  readonly text: string;
  readonly connectionName: string;
  readonly tokenExchangeResource?: { readonly id: string };
  readonly buttons: readonly { readonly type: string; readonly title: string; readonly value: string }[];
}

/** What a sign-in invoke came to. */
export interface SignInAnswer {
  readonly status: number;
  /** Everything that happened in the chat because of it. */
  readonly events: readonly ChatEvent[];
  /** Ids of the messages it brought. */
  readonly posted: readonly string[];
  /** All they say, as JSON. */
  readonly words: string;
}

/** The sign-in card that a message shows. */
export function cardIn(posted: Posted | undefined): OAuthCard {
  const attachment = posted?.activity.attachments?.[0];
  assert.equal(attachment?.contentType, 'application/vnd.microsoft.card.oauth');
  return attachment.content as OAuthCard;
}

/** Sends an invoke as a Teams client does, and waits for all that follows. */
export async function invokeSignIn(
  bot: BotHarness,
  { name, value }: { name: string; value: unknown },
  chat: { as?: PersonOfChat; place?: PlaceKind } = {},
): Promise<SignInAnswer> {
  const { text, entities, ...envelope } = messageActivity('', { id: bot.nextId(), ...chat });
  assert.ok(text !== undefined && entities !== undefined);
  const from = bot.adapter.events.length;
  const { status } = await bot.invoke({ ...envelope, type: 'invoke', name, value });
  await bot.idle();
  const events = bot.adapter.events.slice(from);
  const messages = events.filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message');
  const posted = messages.map(({ activity }) => activity.id ?? '');
  return { status, events, posted, words: JSON.stringify(messages.map(({ activity }) => activity)) };
}

/** Hands over somebody's token for a sign-in card, as their Teams client does by itself. */
export async function exchangeFor(
  bot: BotHarness,
  posted: Posted,
  { token, ...chat }: { token: string; as?: PersonOfChat; place?: PlaceKind },
): Promise<SignInAnswer> {
  const id = cardIn(posted).tokenExchangeResource?.id;
  return invokeSignIn(bot, { name: 'signin/tokenExchange', value: { id, connectionName: CONNECTION, token } }, chat);
}
