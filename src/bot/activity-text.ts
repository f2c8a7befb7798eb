import type { Activity } from 'botbuilder';

import type { Mention } from '../commands';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Tags that Teams and other clients put around what people type. Anything else in angle brackets was typed. */
const TAGS =
  /<\/?(?:at|p|div|span|br|b|i|u|s|em|strong|a|ul|ol|li|pre|code|blockquote|font|h[1-6])(?:\s[^<>]*)?\/?>/giu;

/**
 * The words a person typed: without the mention of the bot, markup, odd blanks and typographic quotes.
 *
 * An activity may have no text at all (a card was submitted, a file was sent): that gives the empty string.
 */
export function wordsOf(activity: Partial<Activity>): string {
  const typed: unknown = activity.text;
  if (typeof typed !== 'string') return '';
  return withoutMarkup(withoutMentionOf(activity, typed));
}

function withoutMarkup(typed: string): string {
  const words = typed
    .replace(/<\/(?:p|div|li)>|<br\s*\/?>/giu, '\n')
    .replace(/<at[^<>]*>([^<>]*)<\/at>/giu, '$1')
    .replace(TAGS, '');
  return decodeEntities(words)
    .replace(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, '')
    .replace(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/gu, ' ')
    .replace(/[\u201C\u201D\u201E\u00AB\u00BB]/gu, '"')
    .replace(/[\u2018\u2019\u201A]/gu, "'")
    .replace(/\r\n?/gu, '\n')
    .trim();
}

/** Takes out the bot's own mention, wherever it stands. Other mentions keep their names. */
function withoutMentionOf(activity: Partial<Activity>, typed: string): string {
  const mentions = mentionsIn(activity);
  const { id, name } = ownIdentity(activity);
  const own = mentions.filter((mention) => id !== undefined && mention.id === id).map(({ text }) => text);
  const rest = own.reduce((words, text) => (text === '' ? words : words.replace(text, ' ')), typed);
  const names = new Set([...own.map(nameIn), nameIn(name)].filter((known) => known !== ''));
  const untagged = rest.replace(AT, (tag: string, inside: string) => (names.has(nameIn(inside)) ? ' ' : tag));
  if (untagged !== typed) return untagged;
  const others = new Set(
    mentions.filter((mention) => id !== undefined && mention.id !== id).map((m) => nameIn(m.text)),
  );
  return withoutFirstMention(untagged, others, nameIn(name));
}

const AT = /<at(?:\s[^<>]*)?>([^<>]*)<\/at>/giu;

/** A client may mark a mention in the text only. The bot is spoken to by name first, so a first name nobody else has is its own. */
function withoutFirstMention(typed: string, others: ReadonlySet<string>, name: string): string {
  const [whole, before = '', inside = ''] =
    /^((?:\s|<(?:p|div|span)>)*)<at(?:\s[^<>]*)?>([^<>]*)<\/at>/iu.exec(typed) ?? [];
  if (whole !== undefined && !others.has(nameIn(inside))) return `${before} ${typed.slice(whole.length)}`;
  const start = `@${name} `;
  const words = typed.trimStart();
  return name !== '' && words.toLowerCase().startsWith(start) ? words.slice(start.length) : typed;
}

/** People mentioned besides the bot, named as {@link wordsOf} has them. */
export function mentionedIn(activity: Partial<Activity>): Mention[] {
  const { id: own } = ownIdentity(activity);
  return mentionsIn(activity).flatMap(({ id, text, objectId }) => {
    if (id === undefined || id === own) return [];
    return [{ id, objectId, name: withoutMarkup(text) }];
  });
}

function nameIn(mention: string): string {
  return mention
    .replace(/<[^<>]*>/gu, '')
    .trim()
    .toLowerCase();
}

function ownIdentity(activity: Partial<Activity>): { id: string | undefined; name: string } {
  const recipient: unknown = activity.recipient;
  if (!isRecord(recipient)) return { id: undefined, name: '' };
  const { id, name } = recipient;
  return { id: typeof id === 'string' ? id : undefined, name: typeof name === 'string' ? name : '' };
}

/** A mention as the message has it, the bot's own among them. */
interface RawMention {
  readonly id: string | undefined;
  readonly text: string;
  readonly objectId: string | undefined;
}

function mentionsIn(activity: Partial<Activity>): RawMention[] {
  const entities: unknown = activity.entities;
  if (!Array.isArray(entities)) return [];
  return entities.filter(isRecord).flatMap((entity) => {
    if (entity.type !== 'mention') return [];
    const mentioned = isRecord(entity.mentioned) ? entity.mentioned : {};
    const id = typeof mentioned.id === 'string' ? mentioned.id : undefined;
    const objectId = typeof mentioned.aadObjectId === 'string' ? mentioned.aadObjectId : undefined;
    return [{ id, objectId, text: typeof entity.text === 'string' ? entity.text : '' }];
  });
}

function decodeEntities(words: string): string {
  return words.replace(/&(#\d{1,6}|#x[\da-f]{1,6}|[a-z]{2,4});/giu, (entity, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
    const code = /^#x/iu.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0x1f && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}

/** Activities this one answers: the quoted message, then the first message of the thread, then what the client names. */
export function repliesToOf(activity: Partial<Activity>): string[] {
  const attachments: unknown = activity.attachments;
  const quoted = (Array.isArray(attachments) ? attachments : []).filter(isRecord).flatMap(({ content }) => {
    if (typeof content !== 'string') return [];
    return [...content.matchAll(/schema\.skype\.com\/Reply"[^<>]*itemid="([^"<>]+)"/giu)].map(
      (match) => match[1] ?? '',
    );
  });
  const conversationId: unknown = activity.conversation?.id;
  const thread = typeof conversationId === 'string' ? /;messageid=([^;]+)/u.exec(conversationId)?.[1] : undefined;
  const named: unknown = activity.replyToId;
  return [...quoted, thread, named].filter((id): id is string => typeof id === 'string' && id !== '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
