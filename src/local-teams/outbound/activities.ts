import { type Message } from '../world/model';

import { clientInfo, envelope, type OutboundActivity, type Scene } from './envelope';
import { messageHtml } from './html';

/** A message that a person has written. */
export function messageActivity(scene: Scene, message: Message): OutboundActivity {
  const { text, mentions, quote } = message;
  return {
    type: 'message',
    id: message.id,
    ...envelope(scene),
    text,
    textFormat: 'plain',
    attachments: [{ contentType: 'text/html', content: messageHtml(text, mentions, quote) }],
    entities: [
      ...mentions.map(({ id, name, text: written }) => ({ type: 'mention', mentioned: { id, name }, text: written })),
      clientInfo(scene.person),
    ],
  };
}

/** A click on a card button, seen from the bot. */
export interface CardClick {
  /** Id of this activity. */
  readonly id: string;
  /** Id of the message that holds the card. */
  readonly cardMessageId: string;
  /** What was sent: the button's data together with the inputs. */
  readonly data: unknown;
}

/** Action.Submit: a message without text, the data in `value`. */
export function submitActivity(scene: Scene, click: CardClick): OutboundActivity {
  const base = envelope(scene);
  return {
    type: 'message',
    id: click.id,
    ...base,
    channelData: { ...base.channelData, source: { name: 'message' } },
    replyToId: click.cardMessageId,
    value: click.data,
    entities: [clientInfo(scene.person)],
  };
}

/** What Action.Execute adds to a click. */
export interface ExecuteClick extends CardClick {
  readonly verb: string | undefined;
  readonly actionId: string | undefined;
  readonly title: string | undefined;
}

/**
 * Action.Execute: an invoke whose answer is the next card.
 *
 * Source: learn.microsoft.com, Universal Actions for Adaptive Cards, "adaptiveCard/action invoke".
 */
export function executeActivity(scene: Scene, click: ExecuteClick): OutboundActivity {
  const { verb, actionId, title, data } = click;
  const base = envelope(scene);
  return {
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: `f:${click.id}`,
    ...base,
    channelData: { ...base.channelData, source: { name: 'message' } },
    replyToId: click.cardMessageId,
    value: {
      action: {
        type: 'Action.Execute',
        ...(actionId === undefined ? {} : { id: actionId }),
        ...(title === undefined ? {} : { title }),
        ...(verb === undefined ? {} : { verb }),
        data,
      },
      trigger: 'manual',
    },
    entities: [clientInfo(scene.person)],
  };
}

/** Whether the bot is being added to or removed from a conversation. */
export type InstallationAction = 'add' | 'remove';

/** The two activities that tell a bot it was added or removed; `ids` are theirs, in this order. */
export function installationActivities(
  scene: Scene,
  action: InstallationAction,
  ids: readonly [string, string],
): OutboundActivity[] {
  const { bot, conversation } = scene;
  const base = envelope(scene);
  const change = action === 'add' ? 'membersAdded' : 'membersRemoved';
  const eventType = action === 'add' ? 'teamMemberAdded' : 'teamMemberRemoved';
  const channelData = {
    ...base.channelData,
    ...(conversation.kind === 'channel' ? { settings: { selectedChannel: { id: conversation.id } } } : {}),
  };
  const entities = [clientInfo(scene.person)];
  return [
    {
      type: 'conversationUpdate',
      id: `f:${ids[0]}`,
      ...base,
      channelData: conversation.kind === 'channel' ? { ...channelData, eventType } : channelData,
      [change]: [{ id: bot.id, name: bot.name }],
      entities,
    },
    { type: 'installationUpdate', id: `f:${ids[1]}`, ...base, channelData, action, entities },
  ];
}
