import { arrayAt, isObject, type JsonObject, objectAt, textAt } from '../json';
import { type Attachment, type Bot, type Mention, type TextFormat } from '../world/model';
import { type MessageDraft } from '../world/store';

import { connectorErrors } from './errors';

/** Teams counts UTF-16, about 100 KB of it. */
const maxMessageBytes = 102_400;

/** What the bot may send: something to show, or a sign that it is at work. */
export type InboundActivity =
  | { readonly kind: 'message'; readonly draft: MessageDraft }
  | { readonly kind: 'typing' }
  | { readonly kind: 'silent' };

const silentTypes = ['event', 'endOfConversation'];

/**
 * Reads an activity that the bot sends.
 *
 * @throws RequestError 400 `BadSyntax`, 413 `MessageSizeTooBig`
 */
export function decodeActivity(body: JsonObject, bot: Bot): InboundActivity {
  if (JSON.stringify(body).length * 2 > maxMessageBytes) throw connectorErrors.messageTooBig();
  const type = textAt(body, 'type');
  if (type === 'typing') return { kind: 'typing' };
  if (type !== undefined && silentTypes.includes(type)) return { kind: 'silent' };
  if (type !== 'message') throw connectorErrors.badSyntax('Unknown activity type');
  const text = textAt(body, 'text') ?? '';
  const attachments = arrayAt(body, 'attachments').map(decodeAttachment);
  if (text === '' && attachments.length === 0) {
    throw connectorErrors.badSyntax("Activity must include non empty 'text' field or at least 1 attachment");
  }
  const draft: MessageDraft = {
    from: { ...bot, role: 'bot' },
    text,
    textFormat: decodeTextFormat(textAt(body, 'textFormat')),
    attachments,
    mentions: arrayAt(body, 'entities').flatMap(decodeMention),
  };
  return { kind: 'message', draft };
}

function decodeAttachment(value: unknown): Attachment {
  const contentType = textAt(value, 'contentType');
  if (contentType === undefined) throw connectorErrors.badSyntax('Invalid attachment: contentType is missing');
  const content = isObject(value) ? value.content : undefined;
  const contentUrl = textAt(value, 'contentUrl');
  const name = textAt(value, 'name');
  return {
    contentType,
    ...(content === undefined ? {} : { content }),
    ...(contentUrl === undefined ? {} : { contentUrl }),
    ...(name === undefined ? {} : { name }),
  };
}

function decodeTextFormat(value: string | undefined): TextFormat {
  return value === 'plain' || value === 'xml' ? value : 'markdown';
}

function decodeMention(entity: unknown): Mention[] {
  if (textAt(entity, 'type') !== 'mention') return [];
  const mentioned = objectAt(entity, 'mentioned');
  const id = textAt(mentioned, 'id');
  const text = textAt(entity, 'text');
  if (id === undefined || text === undefined) throw connectorErrors.badSyntax('Invalid mention entity');
  return [{ id, text, name: textAt(mentioned, 'name') ?? text.replaceAll(/<[^>]*>/g, '') }];
}
