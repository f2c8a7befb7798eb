import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';

import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../src/simulator';

/** P-GETs in a row without an event before a test gives up: longer than the 15 minutes of the lobby. */
const MAX_SILENT_POLLS = 8;

/** An answer with everything the wire said. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  readonly json: Json;
}

/** A JSON value that tests look into without ceremony. */
export interface Json {
  readonly [name: string]: Json;
  readonly [index: number]: Json;
}

/** What to send besides method and address. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
}

/** One plain HTTP request; an object body is sent as JSON, a text as it is. */
export async function send(method: string, url: string, sending: Sending = {}): Promise<Answer> {
  const body = typeof sending.body === 'object' ? JSON.stringify(sending.body) : (sending.body as string | undefined);
  const contentType = typeof sending.body === 'object' ? { 'Content-Type': 'application/json' } : {};
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const options: https.RequestOptions = {
    method,
    headers: { ...contentType, ...length, ...sending.headers },
    agent: false,
    ...(sending.signal && { signal: sending.signal }),
    ...(sending.ca !== undefined && { ca: sending.ca }),
  };
  return new Promise((resolve, reject) => {
    const { request: open } = url.startsWith('https:') ? https : http;
    const request = open(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode: status = 0, headers, rawHeaders } = response;
        resolve({ status, headers, rawHeaders, text, json: parse(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

/** A text in an answer; fails when it is none. */
export function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected a text, got ${JSON.stringify(value)}`);
  return value;
}

/** An array in an answer; absent is empty. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** Asserts the properties named, and says nothing about others. */
export function assertHas(actual: Json | undefined, expected: Readonly<Record<string, unknown>>): void {
  const chosen = Object.fromEntries(Object.keys(expected).map((name) => [name, actual?.[name]]));
  assert.deepEqual(chosen, expected);
}

/** Asks for a ticket with the password grant and returns it. */
export async function ticket(origin: string, username: string, password: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', username, password }).toString();
  const answer = await send('POST', `${origin}/WebTicket/oauthtoken`, { body });
  return text(answer.json.access_token);
}

/** A signed-in application. */
export class Client {
  readonly origin: string;
  readonly token: string;
  readonly application: Json;
  private next: string;

  constructor(origin: string, token: string, application: Json) {
    this.origin = origin;
    this.token = token;
    this.application = application;
    this.next = this.link('events');
  }

  /** Sends to an href of the application with its ticket. */
  async send(method: string, href: string, sending: Sending = {}): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.token}`, ...sending.headers };
    return send(method, new URL(href, this.origin).href, { ...sending, headers });
  }

  /** Href of a link of the application or of one of its dashboards. */
  link(rel: string, dashboard?: string): string {
    const owner = dashboard === undefined ? this.application : this.application._embedded?.[dashboard];
    return text(owner?._links?.[rel]?.href);
  }

  get self(): string {
    return this.link('self');
  }

  get meetings(): string {
    return this.link('myOnlineMeetings', 'onlineMeetings');
  }

  /** One P-GET; follows `next` or `resume`. */
  async poll(query = ''): Promise<Json> {
    const answer = await this.send('GET', `${this.next}${query}`);
    this.next = text((answer.json._links?.next ?? answer.json._links?.resume)?.href);
    return answer.json;
  }

  /** Events, package after package, until one satisfies; returns all of them in order. Gives up when nothing comes. */
  async eventsUntil(satisfies: (event: SeenEvent) => boolean): Promise<SeenEvent[]> {
    const seen: SeenEvent[] = [];
    let silent = 0;
    while (!seen.some(satisfies)) {
      const events = eventsOf(await this.poll());
      seen.push(...events);
      silent = events.length === 0 ? silent + 1 : 0;
      assert.ok(silent < MAX_SILENT_POLLS, `waited in vain after ${seen.map(({ name }) => name).join(', ')}`);
    }
    return seen;
  }

  /** Starts a meeting and waits until it runs; returns the conversation's href. */
  async startMeeting(body: unknown = { subject: 'Test' }): Promise<string> {
    await this.send('POST', this.link('startOnlineMeeting', 'communication'), { body });
    return conversationOf(await this.eventsUntil((event) => event.name === 'completed onlineMeetingInvitation'));
  }

  /** Joins a meeting by its conference URI; returns what the POST answered. */
  async join(onlineMeetingUri: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const href = this.link('joinOnlineMeeting', 'communication');
    return this.send('POST', href, { body: { onlineMeetingUri, ...more } });
  }
}

/** One event with the parts that tests ask about. */
export interface SeenEvent {
  /** `<type> <rel>`, with ` in <rel>` where the event says so. */
  readonly name: string;
  readonly sender: string;
  readonly href: string;
  readonly body: Json;
  readonly embedded: Json | undefined;
}

/** The events of one package. */
export function eventsOf(eventPackage: Json): SeenEvent[] {
  return list(eventPackage.sender).flatMap((sender) =>
    list(sender.events).map((body) => {
      const rel = text(body.link?.rel);
      const within = body.in === undefined ? '' : ` in ${text(body.in.rel)}`;
      return {
        name: `${text(body.type)} ${rel}${within}`,
        sender: text(sender.rel),
        href: text(body.link?.href),
        body,
        embedded: body._embedded?.[rel],
      };
    }),
  );
}

/** Href of the conversation that an invitation event points at. */
export function conversationOf(events: readonly SeenEvent[]): string {
  const invitation = events.findLast(({ name }) => name.endsWith('onlineMeetingInvitation'));
  return text(invitation?.embedded?._links?.conversation?.href);
}

/** A simulator whose waits are a thousand times shorter, stopped after each test. */
export class Pool {
  private simulator: RunningSimulator | undefined;

  async start(options: SimulatorOptions = {}): Promise<RunningSimulator> {
    this.simulator = await startSimulator({ timeScale: 0.001, ...options });
    return this.simulator;
  }

  async stop(): Promise<void> {
    await this.simulator?.stop();
    this.simulator = undefined;
  }

  get running(): RunningSimulator {
    if (this.simulator === undefined) throw new TypeError('the simulator is not running');
    return this.simulator;
  }

  /** Signs somebody in with an application of their own; the service account by default. */
  async signIn(account = 'confer', identity: Readonly<Record<string, unknown>> = {}, origin?: string): Promise<Client> {
    const at = origin ?? this.running.origin;
    const token = await this.ticketOf(account, at);
    const body = { userAgent: 'Test/1.0', endpointId: `endpoint-${account}`, culture: 'en-US', ...identity };
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await send('POST', `${at}/ucwa/oauth/v1/applications`, { headers, body });
    return new Client(at, token, answer.json);
  }

  async ticketOf(account: string, origin = this.running.origin): Promise<string> {
    const person = this.running.company.people.find((entry) => entry.account === account);
    return ticket(origin, `${account}@contoso.com`, person?.password ?? '');
  }

  /** Resolves once the simulator holds a P-GET. */
  async untilHeld(): Promise<void> {
    const state = await send('GET', `${this.running.origin}/_sim/state`);
    if (!state.text.includes('"pendingGets": 1')) await this.untilHeld();
  }

  /** Uses the control endpoint. */
  async control(path: string, body?: unknown): Promise<Answer> {
    return send('POST', `${this.running.origin}/_sim${path}`, body === undefined ? {} : { body });
  }
}
