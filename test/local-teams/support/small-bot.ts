import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { adaptive, detailsCard, formCard } from './cards';

/** An activity as it came over the wire. */
export type WireActivity = Record<string, unknown> & {
  type: string;
  id: string;
  serviceUrl: string;
  text?: string;
  value?: unknown;
  replyToId?: string;
  channelData: Record<string, unknown>;
  conversation: { id: string; conversationType: string };
};

/** What the bot answers to one request: a status and a JSON body. */
export interface BotReply {
  readonly status: number;
  readonly body?: unknown;
}

/** Decides what the bot does with an activity besides recording it. */
export type Behaviour = (activity: WireActivity, bot: SmallBot) => Promise<BotReply | undefined>;

/** A bot of a hundred lines without any framework: records what it gets and posts through the connector. */
export class SmallBot {
  readonly activities: WireActivity[] = [];
  readonly #server: Server;
  #behaviour: Behaviour;
  #waiting: (() => void)[] = [];

  constructor(behaviour: Behaviour = scripted) {
    this.#behaviour = behaviour;
    this.#server = createServer((request, response) => {
      const answer = ({ status, body }: BotReply): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      };
      // The connector may be gone before the bot has said what it wanted to.
      this.#serve(request).then(answer, () => response.destroy());
    });
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}/api/messages`;
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Everything of one type, in the order of arrival. */
  ofType(type: string): WireActivity[] {
    return this.activities.filter((activity) => activity.type === type);
  }

  /** The next activity for which `wanted` holds, already here or still to come. */
  async waitFor(wanted: (activity: WireActivity) => boolean): Promise<WireActivity> {
    for (;;) {
      const found = this.activities.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Calls the connector that the activity came from; `call` is method and path, as in `GET teams/x`. */
  async connector(activity: WireActivity, call: string, body?: unknown): Promise<Response> {
    const [method = 'GET', path = ''] = call.split(' ');
    return fetch(`${activity.serviceUrl}v3/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Posts into the conversation of the activity and returns the new activity's id. */
  async say(activity: WireActivity, message: Record<string, unknown>): Promise<string> {
    const path = `conversations/${encodeURIComponent(activity.conversation.id)}/activities`;
    const response = await this.connector(activity, `POST ${path}`, { type: 'message', ...message });
    const { id } = (await response.json()) as { id: string };
    return id;
  }

  async #serve(request: IncomingMessage): Promise<BotReply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const activity = JSON.parse(Buffer.concat(chunks).toString()) as WireActivity;
    this.activities.push(activity);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    return (await this.#behaviour(activity, this)) ?? { status: activity.type === 'invoke' ? 501 : 200 };
  }
}

/** The text of a message without the mention of the bot. */
export function spokenText({ text = '' }: WireActivity): string {
  return text
    .replaceAll(/<at>[^<]*<\/at>/g, '')
    .trim()
    .toLowerCase();
}

/** The answer to Action.Execute that is a card about this subject. */
export function cardReply(subject: string): BotReply {
  const value = detailsCard(subject);
  return { status: 200, body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value } };
}

/** What the small bot does when a test does not say otherwise; also good for looking at the page. */
export const scripted: Behaviour = async (activity, bot) => {
  if (activity.type === 'installationUpdate') {
    await bot.say(activity, {
      text: '**Hi, I am a small bot.** Type `form`, `details`, `edit`, `delete` or anything.',
    });
  }
  if (activity.type === 'invoke') return answerInvoke(activity);
  if (activity.type === 'message' && activity.value !== undefined) {
    await bot.say(activity, { text: `Got \`${JSON.stringify(activity.value)}\``, replyToId: activity.replyToId });
  } else if (activity.type === 'message') {
    await answerText(activity, bot);
  }
  return undefined;
};

function answerInvoke(activity: WireActivity): BotReply {
  const { action } = activity.value as { action: { verb: string; data: Record<string, unknown> } };
  if (action.verb === 'save') {
    const subject = typeof action.data.subject === 'string' ? action.data.subject : 'Untitled';
    return cardReply(subject);
  }
  if (action.verb === 'note') {
    return {
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Noted.' },
    };
  }
  return {
    status: 200,
    body: { statusCode: 500, type: 'application/vnd.microsoft.error', value: { code: 'Oops', message: 'It broke.' } },
  };
}

async function answerText(activity: WireActivity, bot: SmallBot): Promise<void> {
  const path = `conversations/${encodeURIComponent(activity.conversation.id)}/activities`;
  await bot.connector(activity, `POST ${path}`, { type: 'typing' });
  const word = spokenText(activity);
  switch (word) {
    case 'form':
      await bot.say(activity, adaptive(formCard()));
      break;
    case 'details':
      await bot.say(activity, adaptive(detailsCard('Budget review')));
      break;
    case 'edit': {
      const id = await bot.say(activity, { text: 'First version' });
      await bot.connector(activity, `PUT ${path}/${id}`, { type: 'message', text: 'Second version' });
      break;
    }
    case 'delete': {
      const id = await bot.say(activity, { text: 'Soon gone' });
      await bot.connector(activity, `DELETE ${path}/${id}`);
      break;
    }
    case 'wait':
      break;
    default:
      await bot.say(activity, { text: `You said: ${word}` });
  }
}
