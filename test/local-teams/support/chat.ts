import { type LocalTeamsOptions, type RunningLocalTeams, startLocalTeams } from '../../../src/local-teams';

import { SmallBot } from './small-bot';

/** A message as the scripting API shows it. */
export interface ShownMessage {
  readonly id: string;
  readonly threadId?: string;
  readonly text: string;
  readonly textFormat: string;
  readonly from: { readonly id: string; readonly name: string; readonly role: string };
  readonly attachments: readonly { readonly contentType: string; readonly content?: unknown }[];
  readonly mentions: readonly { readonly id: string }[];
  readonly deleted?: true;
  readonly editedAt?: string;
  readonly deliveryFailure?: string;
  readonly views?: Readonly<Record<string, readonly { readonly contentType: string; readonly content?: unknown }[]>>;
}

/** An answer of the server: status and decoded body. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** The small bot and a local Teams in front of it, for one test. */
export class Chat {
  readonly bot: SmallBot;
  readonly teams: RunningLocalTeams;

  constructor(bot: SmallBot, teams: RunningLocalTeams) {
    this.bot = bot;
    this.teams = teams;
  }

  static async start(options: Partial<LocalTeamsOptions> = {}): Promise<Chat> {
    const bot = await new SmallBot().start();
    return new Chat(bot, await startLocalTeams({ botEndpoint: bot.endpoint, ...options }));
  }

  async stop(): Promise<void> {
    await this.teams.stop();
    await this.bot.stop();
  }

  async request(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(new URL(path, this.teams.url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const decoded = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, headers: response.headers, body: decoded };
  }

  /** Writes as a person and waits until the bot has answered. */
  async write(conversation: string, message: Record<string, unknown>): Promise<ShownMessage> {
    const path = `/api/conversations/${encodeURIComponent(conversation)}/messages`;
    const { body } = await this.request('POST', path, { as: 'anna', wait: true, ...message });
    return body.message as ShownMessage;
  }

  /** The messages as they are kept, or as a person sees them. */
  async messages(conversation: string, as?: string): Promise<readonly ShownMessage[]> {
    const query = as === undefined ? '' : `?as=${as}`;
    const path = `/api/conversations/${encodeURIComponent(conversation)}/messages${query}`;
    const { body } = await this.request('GET', path);
    return body.messages as ShownMessage[];
  }

  /** Adds the bot to a conversation. */
  async install(conversation: string): Promise<void> {
    await this.request('POST', '/api/install', { conversationId: conversation, as: 'anna' });
  }

  /** The Teams id of a conversation known by its key. */
  async idOf(key: string): Promise<string> {
    const { body } = await this.request('GET', '/api/world');
    const found = (body.conversations as { key: string; id: string }[]).find(
      (conversation) => conversation.key === key,
    );
    if (found === undefined) throw new Error(`no conversation ${key}`);
    return found.id;
  }

  /** Calls the connector as a bot does. */
  async connector(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.request(method, `${this.teams.serviceUrl}v3/${path}`, body);
  }
}
