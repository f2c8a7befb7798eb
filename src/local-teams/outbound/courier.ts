import { RequestError } from '../errors';
import { isObject, type JsonObject } from '../json';
import { type Conversation, type Message, type Person, type Quote } from '../world/model';
import { seenBy } from '../world/seen-by';
import { type Place, type WorldStore } from '../world/store';

import { executeActivity, messageActivity, submitActivity } from './activities';
import { type BotClient, failureOf } from './bot-client';
import { previewOf } from './html';
import { type Delivery, type Installer } from './installer';
import { type ExecuteOutcome, readInvokeAnswer } from './invoke-answer';
import { resolveMentions } from './mentions';
import { type Scenes } from './scenes';

/** What a person writes, and where. */
export interface WrittenMessage {
  readonly place: Place;
  readonly person: Person;
  readonly text: string;
  /** Id of the message that a quoted reply answers; chats only. */
  readonly replyTo?: string;
}

/** A click on a button of a card. */
export interface ClickedAction {
  readonly place: Place;
  readonly person: Person;
  /** Id of the message that holds the card. */
  readonly activityId: string;
  /** The button's data together with the inputs. */
  readonly data: unknown;
  readonly verb?: string | undefined;
  readonly actionId?: string | undefined;
  readonly title?: string | undefined;
}

/** A message that was taken, and the promise of the bot's having got it. */
export interface SentMessage {
  readonly message: Message;
  /** Settles, never rejects, when the bot has answered or failed. */
  readonly delivered: Promise<void>;
}

/** What the courier works with. */
export interface CourierParts {
  readonly store: WorldStore;
  readonly client: BotClient;
  readonly scenes: Scenes;
  readonly installer: Installer;
}

const cardType = 'application/vnd.microsoft.card.adaptive';

/** Carries what people write and click to the bot, as Teams would. */
export class Courier {
  readonly #store: WorldStore;
  readonly #client: BotClient;
  readonly #scenes: Scenes;
  readonly #installer: Installer;

  constructor({ store, client, scenes, installer }: CourierParts) {
    this.#store = store;
    this.#client = client;
    this.#scenes = scenes;
    this.#installer = installer;
  }

  /** Adds a message of a person; the bot gets it in personal chat, elsewhere only when mentioned. */
  send({ place, person, text: written, replyTo }: WrittenMessage): SentMessage {
    const { conversation, threadId } = place;
    const { bot } = this.#scenes;
    const { text, mentions } = resolveMentions(written, [bot, ...this.#store.membersOf(conversation)]);
    const quote = replyTo === undefined ? undefined : this.#quote(place, replyTo);
    const message = this.#store.addMessage(conversation, {
      from: { id: person.id, name: person.name, role: 'user' },
      text,
      textFormat: 'plain',
      attachments: [],
      mentions,
      ...(quote === undefined ? {} : { quote }),
      ...(threadId === undefined ? {} : { threadId }),
    });
    const heard = conversation.kind === 'personal' || mentions.some(({ id }) => id === bot.id);
    return { message, delivered: heard ? this.#deliver(place, person, message) : Promise.resolve() };
  }

  /** Sends Action.Submit. */
  async submit(click: ClickedAction): Promise<Delivery> {
    const { place, person, data } = click;
    const { id: cardMessageId, threadId } = this.#cardMessage(click);
    await this.#installer.ensureInstalled(place, person);
    const scene = this.#scenes.at(inThread(place, threadId), person);
    return failureOf(await this.#client.send(submitActivity(scene, { id: this.#store.nextId(), cardMessageId, data })));
  }

  /**
   * Sends Action.Execute; a card in the answer takes the place of the clicked one for the person who clicked, everybody
   * else keeps what they see until the bot updates the message.
   */
  async execute(click: ClickedAction): Promise<ExecuteOutcome> {
    const { place, person, verb, actionId, title, data } = click;
    const { id: cardMessageId, threadId } = this.#cardMessage(click);
    await this.#installer.ensureInstalled(place, person);
    const scene = this.#scenes.at(inThread(place, threadId), person);
    const activity = executeActivity(scene, {
      id: this.#store.nextId(),
      cardMessageId,
      verb,
      actionId,
      title,
      data: isObject(data) ? data : {},
    });
    const outcome = readInvokeAnswer(await this.#client.send(activity));
    if (outcome.kind === 'card') this.#replaceCard(click, outcome.card);
    return outcome;
  }

  async #deliver(place: Place, person: Person, message: Message): Promise<void> {
    const installation = await this.#installer.ensureInstalled(place, person);
    const scene = this.#scenes.at(inThread(place, message.threadId), person);
    const { failure } =
      installation.failure === undefined
        ? failureOf(await this.#client.send(messageActivity(scene, message)))
        : installation;
    if (failure === undefined) return;
    const now = this.#asItIsNow(place, message.id);
    if (now !== undefined) this.#store.updateMessage(now.conversation, message.id, { deliveryFailure: failure });
  }

  #replaceCard({ place, person, activityId: id }: ClickedAction, card: JsonObject): void {
    const now = this.#asItIsNow(place, id);
    if (now === undefined || now.message.deleted === true) return;
    const attachments = [...seenBy(person, now.message).attachments];
    const index = attachments.findIndex(({ contentType }) => contentType === cardType);
    attachments[index === -1 ? attachments.length : index] = { contentType: cardType, content: card };
    this.#store.showTo(person, { conversation: now.conversation, id }, attachments);
  }

  /** A message that was there before the bot was asked; the chats may have been reset while it was thinking. */
  #asItIsNow(place: Place, messageId: string): { conversation: Conversation; message: Message } | undefined {
    const conversation = this.#store.findPlace(place.conversation.id)?.conversation;
    if (conversation === undefined) return undefined;
    const message = this.#store.findMessage(conversation, messageId);
    return message === undefined ? undefined : { conversation, message };
  }

  #cardMessage({ place, activityId }: ClickedAction): Message {
    const message = this.#store.findMessage(place.conversation, activityId);
    if (message === undefined || message.deleted === true) {
      throw new RequestError(404, 'ActivityNotFoundInConversation', 'The card is not there any more.');
    }
    return message;
  }

  #quote({ conversation }: Place, id: string): Quote {
    const quoted = this.#store.findMessage(conversation, id);
    if (quoted === undefined) {
      throw new RequestError(404, 'ActivityNotFoundInConversation', 'The quoted message is not in this conversation.');
    }
    return { id, fromId: quoted.from.id, fromName: quoted.from.name, preview: previewOf(quoted) };
  }
}

function inThread({ conversation }: Place, threadId: string | undefined): Place {
  return threadId === undefined ? { conversation } : { conversation, threadId };
}
