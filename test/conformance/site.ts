import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { RunningSimulator, SimulatorOptions } from '../../src/simulator';
import { type Answer, Client, conversationOf, type Json, list, Pool, send, text } from '../simulator/client';

import type { LivePool } from './live-pool';

/** A meeting that a test made, and may do with what it likes. */
export interface OwnMeeting {
  readonly answer: Answer;
  readonly json: Json;
  readonly href: string;
  readonly uri: string;
}

const MAX_REDIRECTS = 5;
/** How long a real pool gets to notice a request that it holds. */
const LIVE_PAUSE_MS = 1500;

/**
 * Where one behaviour is examined: a simulator of its own, or the real pool, on which everything made here is deleted
 * again. People sign in as the documentation says, from the discovery root, with nothing known in advance.
 */
export class Site {
  /** The simulator's remote control; of no use on a real pool. */
  readonly pool = new Pool();
  private readonly live: LivePool | undefined;
  private readonly undo: (() => Promise<unknown>)[] = [];

  constructor(live: LivePool | undefined) {
    this.live = live;
  }

  /** Opens the site; a real pool is as it is. */
  async open(options: SimulatorOptions = {}): Promise<void> {
    if (this.live === undefined) await this.pool.start(options);
  }

  /** Starts a simulator for a behaviour that no real pool can be asked for. */
  async simulate(options: SimulatorOptions = {}): Promise<RunningSimulator> {
    assert.equal(this.live, undefined, 'this behaviour is not safe on a real pool');
    return this.pool.start(options);
  }

  /** Deletes what was made, newest first, and ends the simulator. */
  async close(): Promise<void> {
    while (this.live !== undefined && this.undo.length > 0) await this.undo.pop()?.();
    await this.pool.stop();
  }

  get isLive(): boolean {
    return this.live !== undefined;
  }

  get rootUrl(): string {
    return this.live?.rootUrl ?? this.pool.running.rootUrl;
  }

  /** User name and password; the service account unless another one is named, which real pools do not have. */
  credentials(account = 'confer'): { username: string; password: string } {
    if (this.live !== undefined) return this.live;
    const person = this.pool.running.company.people.find((entry) => entry.account === account);
    return { username: `${account}@contoso.com`, password: person?.password ?? '' };
  }

  /** Address of `user` behind the discovery root. */
  async userUrl(): Promise<string> {
    let url = this.rootUrl;
    for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
      const { json } = await send('GET', url, { headers: { Accept: 'application/json' } });
      if (json._links?.redirect === undefined) return text(json._links?.user?.href);
      url = text(json._links.redirect.href);
    }
    return assert.fail('the root redirects in circles');
  }

  /** A ticket for a protected address, from the token endpoint that its challenge names. */
  async ticketFor(url: string, account?: string): Promise<string> {
    const form = { grant_type: 'password', ...pick(this.credentials(account)) };
    const answer = await send('POST', await tokenEndpoint(url), formOf(form));
    return text(answer.json.access_token);
  }

  /** Address of `applications`, and a ticket for it. */
  async applications(account?: string): Promise<{ href: string; token: string }> {
    const userUrl = await this.userUrl();
    const token = await this.ticketFor(userUrl, account);
    const { json } = await send('GET', userUrl, { headers: { Authorization: `Bearer ${token}` } });
    const href = text(json._links?.applications?.href);
    const samePool = new URL(href).origin === new URL(userUrl).origin;
    return { href, token: samePool ? token : await this.ticketFor(href, account) };
  }

  /** An identity that no other application has. */
  identity(): { userAgent: string; endpointId: string; culture: string } {
    return { userAgent: 'Conformance/1.0', endpointId: randomUUID(), culture: 'en-US' };
  }

  /** Signs in with an application. */
  async signIn(account?: string, identity: Readonly<Record<string, unknown>> = {}): Promise<Client> {
    const { href, token } = await this.applications(account);
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
    const answer = await send('POST', href, { headers, body: { ...this.identity(), ...identity } });
    assert.ok([200, 201].includes(answer.status), answer.text);
    return this.keep(new Client(new URL(href).origin, token, answer.json));
  }

  /** Remembers to end an application. */
  keep(client: Client): Client {
    this.undo.push(async () => client.send('DELETE', client.self));
    return client;
  }

  /** Asks for a meeting; one that was made is deleted in the end. */
  async post(client: Client, body: unknown): Promise<Answer> {
    const answer = await client.send('POST', client.meetings, { body });
    const href = answer.json._links?.self?.href;
    if (href !== undefined) {
      const id = text(answer.json.onlineMeetingId);
      this.undo.push(async () => this.remove(id, { client, href: text(href) }));
    }
    return answer;
  }

  /** Deletes a meeting, with another application if the one that made it has ended. */
  private async remove(id: string, { client, href }: { client: Client; href: string }): Promise<void> {
    const { json } = await client.send('DELETE', href);
    if ((json.subcode as unknown) !== 'ApplicationNotFound') return;
    const other = await this.signIn();
    const collection = await other.send('GET', other.meetings);
    const items = list(collection.json._embedded?.myOnlineMeeting);
    const item = items.find(({ onlineMeetingId }) => (onlineMeetingId as unknown) === id);
    if (item !== undefined) await other.send('DELETE', text(item._links?.self?.href));
  }

  /** Schedules a meeting. */
  async schedule(client: Client, body: unknown = { subject: 'Conformance' }): Promise<OwnMeeting> {
    const answer = await this.post(client, body);
    const { json } = answer;
    return { answer, json, href: text(json._links?.self?.href), uri: text(json.onlineMeetingUri) };
  }

  /** Schedules a meeting and enters it; returns its conversation. */
  async enter(client: Client, body?: unknown): Promise<{ conversation: string; meeting: OwnMeeting }> {
    const meeting = await this.schedule(client, body);
    await client.join(meeting.uri);
    const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');
    return { conversation: conversationOf(seen), meeting };
  }

  /** A guest's ticket and application for a meeting of the simulator. */
  async guest(onlineMeetingUri: string): Promise<Client> {
    const { origin } = this.pool.running;
    const form = {
      grant_type: 'urn:microsoft.rtc:anonmeeting',
      password: onlineMeetingUri.split(':').at(-1) ?? '',
      ms_rtc_conferenceuri: onlineMeetingUri,
    };
    const { json } = await send('POST', await tokenEndpoint(await this.userUrl()), formOf(form));
    const token = text(json.access_token);
    const user = await send('GET', await this.userUrl(), { headers: { Authorization: `Bearer ${token}` } });
    const application = await send('POST', text(user.json._links?.applications?.href), {
      headers: { Authorization: `Bearer ${token}` },
      body: this.identity(),
    });
    return new Client(origin, token, application.json);
  }

  /** Resolves once a P-GET is held. */
  async untilHeld(): Promise<void> {
    if (this.live === undefined) await this.pool.untilHeld();
    else await pause(LIVE_PAUSE_MS);
  }
}

/** The token endpoint that the challenge of a protected address names. */
export async function tokenEndpoint(url: string): Promise<string> {
  const { headers } = await send('GET', url);
  const [, quoted, bare] = /MsRtcOAuth\s+href=(?:"([^"]+)"|([^\s,"]+))/i.exec(headers['www-authenticate'] ?? '') ?? [];
  return quoted ?? bare ?? assert.fail(`no token endpoint for ${url}`);
}

/** A form as a request sends it. */
export function formOf(fields: Readonly<Record<string, string>>): { body: string; headers: Record<string, string> } {
  return {
    body: new URLSearchParams(fields).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  };
}

/** Names of the properties whose value asks to be passed back. */
export function passBackNames(item: Json | undefined): string[] {
  return Object.entries(item ?? {}).flatMap(([name, value]: [string, unknown]) =>
    /^please pass this in a PUT request$/i.test(String(value)) ? [name] : [],
  );
}

function pick({ username, password }: { username: string; password: string }): Record<string, string> {
  return { username, password };
}
