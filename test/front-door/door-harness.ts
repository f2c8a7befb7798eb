import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

import { ServiceClientCredentialsFactory } from 'botframework-connector';

import { ConferAdapter } from '../../src/bot/confer-adapter';
import { Conversations } from '../../src/bot/conversations';
import { ForeignTenants } from '../../src/bot/foreign-tenants';
import { MeetingsBot } from '../../src/bot/meetings-bot';
import { Posts } from '../../src/bot/posts';
import { commands } from '../../src/commands';
import type { ActivityRules } from '../../src/http/activity-gate';
import { FrontDoor } from '../../src/http/front-door';
import { Readiness } from '../../src/http/readiness';
import { createHttpServer } from '../../src/http/server';
import { SigningKeys } from '../../src/http/tokens/signing-keys';
import { TokenVerifier } from '../../src/http/tokens/token-verifier';
import type { WireLimits } from '../../src/http/wire';
import { Attendances } from '../../src/meetings/attendances';
import { MeetingService } from '../../src/meetings/meeting-service';
import { sharedMeetings } from '../../src/meetings/personal-meetings';
import { FakeConnector } from '../support/fake-connector';
import { FakeGateway } from '../support/fake-gateway';
import { MemoryBook } from '../support/memory-book';
import { MemoryJournal } from '../support/memory-journal';
import { MemoryPosts } from '../support/memory-posts';
import { MemoryQuotas } from '../support/memory-quotas';
import { MemoryReminders } from '../support/memory-reminders';
import { MemoryStore } from '../support/memory-store';
import { RecordingLogger } from '../support/recording-logger';

import { KeyServer } from './key-server';
import { APP_ID, CONNECTOR_KEY, ISSUER, NOW, STRANGE_KEY, TENANT_ID, tokenFor, type TokenParts } from './tokens';

/** One request; whatever is not named is as the Bot Connector sends it. */
export interface Knock {
  readonly method?: string;
  readonly path?: string;
  /** All Authorization headers; none when empty. */
  readonly authorization?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The credentials of the bot without a directory. */
class NoTokens extends ServiceClientCredentialsFactory {
  override async isValidAppId(appId: string): Promise<boolean> {
    return Promise.resolve(appId === APP_ID);
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override async createCredentials() {
    return Promise.resolve({ signRequest: async <Request>(what: Request) => Promise.resolve(what) });
  }
}

/** The bot behind its real front door, on a real port, between doubles of the Bot Connector and of its keys. */
export class DoorHarness {
  readonly log = new RecordingLogger();
  readonly gateway = new FakeGateway();
  /** The present of the program under test. */
  now = NOW;
  readonly connector: FakeConnector;
  readonly keyServer: KeyServer;
  readonly keys: SigningKeys;
  readonly verifier: TokenVerifier;
  /** Activities that reached the bot. */
  readonly turns: Readonly<Record<string, unknown>>[] = [];
  readonly #server;
  readonly #bot: MeetingsBot;
  readonly #stopping = new AbortController();

  private constructor(doubles: { connector: FakeConnector; keyServer: KeyServer }, limits: Partial<WireLimits>) {
    this.connector = doubles.connector;
    this.keyServer = doubles.keyServer;
    const { log } = this;
    const now = (): Date => this.now;
    const stopping = this.#stopping.signal;
    this.keys = new SigningKeys({ metadataUrl: this.keyServer.metadataUrl, now, log, stopping, fetchLimitMs: 1000 });
    this.verifier = new TokenVerifier({ appId: APP_ID, issuer: ISSUER, keys: this.keys, now });
    const adapter = new ConferAdapter({ credentials: new NoTokens(), appId: APP_ID, connector: ISSUER, log });
    const bot = this.#makeBot(adapter);
    this.#bot = bot;
    const nowMs = (): number => this.now.getTime();
    const counting = { quotas: new MemoryQuotas(nowMs), key: Buffer.alloc(32), now: nowMs };
    const strangers = new ForeignTenants({ adapter, log, ...counting });
    this.#server = createHttpServer({
      door: new FrontDoor({ rules: this.#rules(), tokens: this.verifier, now }),
      receive: async (activity, caller) => {
        this.turns.push(activity);
        return adapter.receive(activity, caller, async (context) => bot.run(context));
      },
      turnAway: async (activity, caller) => strangers.answer(activity, caller),
      readiness: new Readiness({ keys: () => this.keys.usable }),
      log,
      limits: { linger: 30, ...limits },
    }).server;
  }

  /** Resolves when the bot has done what it was asked. */
  async idle(): Promise<void> {
    await this.#bot.idle();
  }

  static async start(limits: Partial<WireLimits> = {}): Promise<DoorHarness> {
    const doubles = { connector: await FakeConnector.start(), keyServer: await KeyServer.start() };
    doubles.keyServer.keys = { json: { keys: [CONNECTOR_KEY.entry(), STRANGE_KEY.entry({ endorsements: [] })] } };
    const harness = new DoorHarness(doubles, limits);
    harness.#server.listen(0, '127.0.0.1');
    await once(harness.#server, 'listening');
    return harness;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    await Promise.all([this.connector.stop(), this.keyServer.stop()]);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The address of the Bot Connector's double. */
  get serviceUrl(): string {
    return String(this.connector.activity().serviceUrl);
  }

  /** What Confer said, without the signs that it is typing. */
  get messages(): readonly Readonly<Record<string, unknown>>[] {
    return this.connector.posted.filter(({ type }) => type === 'message');
  }

  /** `help`, said by Anna of the allowed tenant, with what is different about it. */
  activity(over: object = {}): Record<string, unknown> {
    return {
      ...this.connector.activity(),
      timestamp: this.now.toISOString(),
      from: { id: '29:anna', name: 'Anna', aadObjectId: '33333333-2222-3333-4444-555555555555' },
      conversation: { id: 'a:1', conversationType: 'personal', tenantId: TENANT_ID },
      channelData: { tenant: { id: TENANT_ID } },
      ...over,
    };
  }

  /** A bearer token for the double's address. */
  bearer(parts: TokenParts = {}): string {
    return `Bearer ${tokenFor(this.serviceUrl, { now: this.now, ...parts })}`;
  }

  /** Hands an activity in with a good token. */
  async say(over: object = {}): Promise<Answered> {
    return this.knock({ body: JSON.stringify(this.activity(over)) });
  }

  /** Sends one request over a connection of its own. */
  async knock(knock: Knock = {}): Promise<Answered> {
    const { method = 'POST', path = '/api/messages', body = JSON.stringify(this.activity()) } = knock;
    const { authorization = [this.bearer()] } = knock;
    const headers = { 'content-type': 'application/json', ...knock.headers };
    const sent = request({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false });
    if (authorization.length > 0) sent.setHeader('authorization', authorization);
    return new Promise((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      if (method === 'GET' || method === 'HEAD') sent.end();
      else sent.end(body);
    });
  }

  /** Opens a connection that is spoken on by hand. */
  async open(): Promise<Line> {
    return Line.open(this.port);
  }

  #rules(): ActivityRules {
    const serviceHosts = [new URL(this.serviceUrl).host, 'smba.trafficmanager.net'];
    return { localOnly: false, serviceHosts, tenants: [TENANT_ID], plainHttp: true };
  }

  #makeBot(adapter: ConferAdapter): MeetingsBot {
    const { log, gateway } = this;
    const now = (): Date => this.now;
    const store = new MemoryStore();
    const attendances = new Attendances({ stayMs: 0, book: new MemoryBook(), gateway, log });
    const meetings = new MeetingService({
      ...{ gateway, store, reminders: new MemoryReminders(), attendances, now, log, ownership: undefined },
    });
    const people = sharedMeetings(meetings);
    const memory = new MemoryPosts();
    const conversations = new Conversations({ store: memory.conversations, mayAnswer: () => true, log });
    const speakIn = adapter.speakIn.bind(adapter);
    const posts = new Posts({ store: memory.store, people, conversations, speakIn, log });
    const bot = new MeetingsBot({
      askForMember: async () => Promise.resolve(undefined),
      ...{ commands, people, store, posts, now, log, stopping: this.#stopping.signal },
      ...{ journal: new MemoryJournal(), journalKey: Buffer.alloc(32), speakAt: adapter.speakAt.bind(adapter) },
      tell: async () => Promise.resolve({ kind: 'nothing' }),
    });
    bot.start();
    return bot;
  }
}

/** A connection to the server, byte by byte. */
export class Line {
  readonly #socket: Socket;
  /** Everything that came back. */
  received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (part) => {
      this.received += part.toString('latin1');
    });
    // Being cut off is what some of these tests are about.
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<Line> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Line(socket);
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Whether the next bytes are better kept until the server has read. */
  get isFull(): boolean {
    return this.#socket.writableNeedDrain;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }

  end(): void {
    this.#socket.destroy();
  }
}
