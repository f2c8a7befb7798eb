import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import type { CardJson } from '../../src/cards';

import { buttonOf, inputsOf, isRecord } from './card-reading';

/** The people of the tests. */
export const ANNA = { id: '29:anna', aadObjectId: 'a0000000-0000-0000-0000-000000000001', name: 'Anna Berger' };
export const PETRA = { id: '29:petra', aadObjectId: 'a0000000-0000-0000-0000-000000000003', name: 'Petra Lang' };
export const LUKAS = { id: '29:lukas', aadObjectId: 'a0000000-0000-0000-0000-000000000002', name: 'Lukas Hoff' };

/** The bot's own account in the chat. */
export const BOT = { id: '28:confer', name: 'Confer' };

/** Kinds of conversations. */
export type PlaceKind = 'personal' | 'groupChat' | 'channel';

export const PLACES: readonly PlaceKind[] = ['personal', 'groupChat', 'channel'];

/** Who says something, where, and how. */
export interface Chat {
  readonly as?: typeof ANNA;
  readonly place?: PlaceKind;
  /** The first message of the channel thread. */
  readonly thread?: string;
  /** The message that is quoted. */
  readonly replyTo?: string;
  readonly locale?: string;
  readonly timezone?: string;
  readonly id?: string;
  /** Properties over everything else. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** A message of the bot. */
export interface Posted {
  readonly id: string;
  readonly text: string | undefined;
  readonly card: CardJson | undefined;
  readonly activity: Partial<Activity>;
  /** Where it was posted. */
  readonly chat: Chat;
}

/** What a pressed button came to. */
export interface Answer {
  readonly status: number;
  /** The card that takes the place of the clicked one. */
  readonly card: CardJson | undefined;
  /** Words beside the card; empty for none. */
  readonly text: string | undefined;
  /** Messages of their own. */
  readonly posted: readonly Posted[];
  /** The clicked message with its new card, for the next click. */
  readonly shown: Posted | undefined;
}

/** What somebody types, as Teams delivers it. */
export function messageActivity(text: string, chat: Chat): Partial<Activity> {
  const isShared = chat.place === 'groupChat' || chat.place === 'channel';
  const mention = { type: 'mention', mentioned: BOT, text: '<at>Confer</at>' };
  return {
    ...envelope(chat),
    type: 'message',
    textFormat: 'plain',
    text: isShared ? `<at>Confer</at> ${text}` : text,
    entities: [
      ...(isShared ? [mention] : []),
      { type: 'clientInfo', locale: chat.locale ?? 'en-US', timezone: chat.timezone ?? 'Europe/Berlin' },
    ],
    ...(chat.replyTo === undefined ? {} : { attachments: [quote(chat.replyTo)] }),
    ...chat.raw,
  };
}

/** A pressed `Action.Execute`. */
export function invokeActivity(on: Posted, pressed: { button: string; inputs: object }, chat: Chat): Partial<Activity> {
  const { action, data } = pressedOn(on, pressed);
  assert.equal(action.type, 'Action.Execute');
  return {
    ...envelope(chat),
    type: 'invoke',
    name: 'adaptiveCard/action',
    replyToId: on.id,
    value: { action: { type: 'Action.Execute', title: action.title, verb: action.verb, data }, trigger: 'manual' },
    ...chat.raw,
  };
}

/** A pressed `Action.Submit`: the fallback of the button. */
export function submitActivity(on: Posted, pressed: { button: string; inputs: object }, chat: Chat): Partial<Activity> {
  const { action, data } = pressedOn(on, pressed);
  const fallback = isRecord(action.fallback) ? action.fallback : {};
  assert.equal(fallback.type, 'Action.Submit');
  const value = { ...(isRecord(fallback.data) ? fallback.data : {}), ...data };
  return { ...envelope(chat), type: 'message', replyToId: on.id, value, ...chat.raw };
}

/** Reads what the bot sent. */
export function postedOf(activity: Partial<Activity>): Posted {
  const attachment = activity.attachments?.[0];
  const isCard = attachment?.contentType === 'application/vnd.microsoft.card.adaptive';
  const card = isCard ? (attachment.content as CardJson) : undefined;
  const kind = activity.conversation?.conversationType as PlaceKind | undefined;
  const thread = /;messageid=(.+)$/u.exec(activity.conversation?.id ?? '')?.[1];
  const chat = { ...(kind === undefined ? {} : { place: kind }), ...(thread === undefined ? {} : { thread }) };
  return { id: activity.id ?? '', text: activity.text, card, activity, chat };
}

function pressedOn(on: Posted, { button, inputs }: { button: string; inputs: object }) {
  assert.ok(on.card, 'the message has no card');
  const action = buttonOf(on.card, button);
  const shown = action.associatedInputs === 'None' ? {} : inputsOf(on.card);
  return { action, data: { ...(isRecord(action.data) ? action.data : {}), ...withoutEmpty({ ...shown, ...inputs }) } };
}

/** Renderers of Adaptive Cards send no input that is empty. */
function withoutEmpty(inputs: object): object {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
}

function envelope(chat: Chat): Partial<Activity> {
  const place = chat.place ?? 'personal';
  const person = chat.as ?? ANNA;
  const ids = {
    personal: `a:personal-${person.name}`,
    groupChat: '19:group@thread.v2',
    channel: `19:channel@thread.tacv2;messageid=${chat.thread ?? 'root-1'}`,
  };
  return {
    id: chat.id ?? 'received-0',
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    from: person,
    recipient: BOT,
    conversation: {
      id: ids[place],
      conversationType: place,
      isGroup: place !== 'personal',
      name: '',
      tenantId: 'tenant-1',
    },
    locale: chat.locale ?? 'en-US',
    localTimezone: chat.timezone ?? 'Europe/Berlin',
  };
}

function quote(activityId: string) {
  const content = `<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="${activityId}"><p>card</p></blockquote>`;
  return { contentType: 'text/html', content };
}
