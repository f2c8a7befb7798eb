import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { UserTokenClientImpl } from 'botframework-connector/lib/auth/userTokenClientImpl';

import { callRules, type HttpClient, limitCalls } from '../../src/bot/call-limits';
import { BotUserTokens } from '../../src/bot/user-tokens';
import { silentLogger } from '../../src/shared/json-logger';

/** Name of the OAuth connection in tests. */
export const CONNECTION = 'confer';

/** The app that talks to the token service. */
const APP = '11111111-2222-3333-4444-555555555555';

/**
 * A double of the token service of the Bot Framework: it keeps tokens of users, exchanges what Teams got, and hands over
 * what was made in a sign-in window. Source: Bot Framework REST reference, "Token service"; the SDK's operations.
 */
export class TokenServiceDouble {
  /** `METHOD path`, oldest first. */
  readonly requests: string[] = [];
  /** The authorization of the last request. */
  authorization: string | undefined;
  /** Tokens by user id. */
  readonly tokens = new Map<string, string>();
  /** What was made in sign-in windows, by the number they show. */
  readonly windows = new Map<string, { readonly userId: string; readonly token: string }>();
  /** People who have not agreed yet: their tokens cannot be exchanged. */
  readonly undecided = new Set<string>();
  /** What an exchange gives in place of what was handed over. */
  exchanged: ((token: string) => string) | undefined;
  /** Answers so many requests with 500. */
  failures = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<TokenServiceDouble> {
    const service = new TokenServiceDouble();
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The bot's side of it: the real client of the SDK. */
  client(): BotUserTokens {
    const { port } = this.#server.address() as AddressInfo;
    const credentials = {
      signRequest: async (request: { headers: { set(name: string, value: string): void } }) => {
        request.headers.set('authorization', 'Bearer the-bot');
        return Promise.resolve(request);
      },
    };
    const url = `http://127.0.0.1:${String(port)}`;
    const made = new UserTokenClientImpl(APP, credentials as never, url);
    limitCalls((made as unknown as { client: HttpClient }).client, callRules({ log: silentLogger }));
    return new BotUserTokens(async () => Promise.resolve(made), CONNECTION);
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.requests.filter((request) => request.includes(operation)).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://token.service');
    const body = await readBody(request);
    this.requests.push(`${request.method ?? ''} ${url.pathname}`);
    this.authorization = request.headers.authorization;
    const { status, answer } = this.failures > 0 ? this.#fail() : this.#operation(url, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  #fail(): { status: number; answer: unknown } {
    this.failures -= 1;
    return { status: 500, answer: { error: { code: 'Internal', message: 'SECRET of the service' } } };
  }

  #operation(url: URL, body: string): { status: number; answer: unknown } {
    const userId = url.searchParams.get('userId') ?? '';
    const connection = url.searchParams.get('connectionName') ?? CONNECTION;
    if (connection !== CONNECTION || (url.searchParams.get('channelId') ?? 'msteams') !== 'msteams') {
      return { status: 404, answer: {} };
    }
    switch (url.pathname.toLowerCase()) {
      case '/api/usertoken/gettoken':
        return this.#get(userId, url.searchParams.get('code') ?? '');
      case '/api/usertoken/exchange':
        return this.#exchange(userId, (JSON.parse(body) as { token: string }).token);
      case '/api/usertoken/signout':
        this.tokens.delete(userId);
        return { status: 200, answer: {} };
      case '/api/botsignin/getsigninresource':
        return { status: 200, answer: signInResource(url.searchParams.get('state') ?? '') };
      default:
        return { status: 404, answer: {} };
    }
  }

  #get(userId: string, code: string): { status: number; answer: unknown } {
    const window = this.windows.get(code);
    if (window?.userId === userId) this.tokens.set(userId, window.token);
    const token = code === '' || window?.userId === userId ? this.tokens.get(userId) : undefined;
    return token === undefined ? { status: 404, answer: {} } : tokenAnswer(token);
  }

  #exchange(userId: string, token: string): { status: number; answer: unknown } {
    if (this.undecided.has(userId)) return { status: 400, answer: { error: { code: 'ConsentRequired' } } };
    const made = this.exchanged?.(token) ?? token;
    this.tokens.set(userId, made);
    return tokenAnswer(made);
  }
}

function tokenAnswer(token: string): { status: number; answer: unknown } {
  return { status: 200, answer: { channelId: 'msteams', connectionName: CONNECTION, token, expiration: '' } };
}

function signInResource(state: string): object {
  const decoded = JSON.parse(Buffer.from(state, 'base64').toString()) as { connectionName?: string; msAppId?: string };
  return {
    signInLink: `https://token.botframework.com/api/oauth/signin?for=${decoded.connectionName ?? ''}`,
    tokenExchangeResource: { id: randomUUID(), uri: `api://botid-${decoded.msAppId ?? ''}` },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
