import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type RunningSimulator, startSimulator } from '../../src/simulator';
import {
  createUcwaAccount,
  type MyOnlineMeeting,
  type UcwaAccount,
  type UcwaAccountOptions,
  type UcwaCredentials,
} from '../../src/ucwa';

import type { Topology } from './topologies';

/** Waits of the server are shortened to this part. */
const timeScale = 0.05;
const issuer = { issuer: 'https://sts.contoso.com/', key: 'a secret of this benchmark alone' };
/** Self-signed for 127.0.0.1; the key pair that the tests use. */
const certificates = path.join(__dirname, '../../test/ucwa/fixtures');

/** Something that the request log of the simulator should hold and does not. */
export class CountError extends Error {}

/** One deployment with one person on it. Accounts are counted at the simulator, by its own log. */
export class Site {
  readonly #simulator: RunningSimulator;
  readonly #topology: Topology;
  readonly #ca: string | undefined;
  readonly #person: { readonly username: string; readonly password: string };
  readonly #accounts: UcwaAccount[] = [];
  #answered = 0;
  /** The port that redirects keeps no log: its answers are counted where they arrive. */
  #redirected = 0;
  #counted = 0;

  private constructor(simulator: RunningSimulator, topology: Topology, ca: string | undefined) {
    this.#simulator = simulator;
    this.#topology = topology;
    this.#ca = ca;
    // With two pools: whose home is the second one.
    const wantsSecond = topology.simulator.secondPool === true;
    const person = simulator.company.people.find(({ secondPool }) => secondPool === true);
    this.#person =
      wantsSecond && person !== undefined
        ? { username: person.uri.replace(/^sip:/, ''), password: person.password }
        : simulator.demoAccount;
  }

  /** Starts the deployment. */
  static async start(topology: Topology): Promise<Site> {
    const isSecure = topology.simulator.httpDiscovery === true;
    const [key, cert] = ['loopback-key.pem', 'loopback-certificate.pem'].map((file) =>
      isSecure ? readFileSync(path.join(certificates, file), 'utf8') : '',
    );
    const tls = isSecure && key !== undefined && cert !== undefined ? { tls: { key, cert } } : {};
    const simulator = await startSimulator({ timeScale, trustedIssuer: issuer, ...topology.simulator, ...tls });
    return new Site(simulator, topology, isSecure ? cert : undefined);
  }

  /** Signs everybody out and stops. */
  async stop(signal: AbortSignal): Promise<void> {
    await Promise.allSettled(this.#accounts.map(async (account) => account.close(signal)));
    await this.#simulator.stop();
  }

  /** The person by password, to prepare what the counted account needs. */
  helper(): UcwaAccount {
    return this.#account(this.#password);
  }

  /** A new account of the topology's kind. `meeting` is where a guest goes. */
  account(meeting: MyOnlineMeeting): UcwaAccount {
    switch (this.#topology.kind) {
      case 'password':
        return this.#account(this.#password);
      case 'modern':
        return this.#account(this.#modern);
      case 'anonymous': {
        const conferenceUri = meeting.onlineMeetingUri ?? '';
        return this.#account({ kind: 'anonymous', conferenceUri, displayName: 'Megan' });
      }
    }
  }

  /**
   * Requests since the last call, P-GETs left out: those that the simulator logged.
   *
   * @throws CountError when it logged other than the accounts had answers to.
   */
  async count(signal: AbortSignal): Promise<number> {
    while (this.#logged() < this.#answered && !signal.aborted) await nextTurn();
    const logged = this.#logged();
    if (logged !== this.#answered) {
      throw new CountError(
        `The simulator logged ${String(logged)} requests of ${String(this.#answered)} answered ones`,
      );
    }
    const since = logged + this.#redirected - this.#counted;
    this.#counted += since;
    return since;
  }

  get #password(): UcwaCredentials {
    const { username, password } = this.#person;
    return { kind: 'password', username, password: async () => Promise.resolve(password) };
  }

  get #modern(): UcwaCredentials {
    return {
      kind: 'modern',
      token: async ({ resource }) => {
        const expiresAt = Date.now() + 3_600_000;
        const claims = { iss: issuer.issuer, aud: resource, upn: this.#person.username, exp: expiresAt / 1000 };
        return Promise.resolve({ token: signed(claims), expiresAt });
      },
    };
  }

  #account(credentials: UcwaCredentials): UcwaAccount {
    const { httpOrigin, rootUrl, sipDomain } = this.#simulator;
    const options: UcwaAccountOptions = {
      server: { kind: 'root', rootUrl: httpOrigin === undefined ? rootUrl : `${httpOrigin}/`, sipDomain },
      credentials,
      application: { userAgent: 'Confer-bench/1.0', endpointId: randomUUID(), culture: 'en-US' },
      format: this.#topology.format,
      hooks: {
        onResponse: ({ url }) => {
          if (httpOrigin !== undefined && url.startsWith(httpOrigin)) this.#redirected += 1;
          else if (!isEvents(url)) this.#answered += 1;
        },
      },
      ...(this.#ca === undefined ? {} : { tls: { ca: this.#ca } }),
    };
    const account = createUcwaAccount(options);
    this.#accounts.push(account);
    return account;
  }

  #logged(): number {
    return this.#simulator.requests.filter(({ path: asked, inBatch }) => !isEvents(asked) && inBatch !== true).length;
  }
}

function isEvents(url: string): boolean {
  return /\/events(\?|$)/.test(url);
}

/** A JSON Web Token, HS256. */
function signed(claims: Readonly<Record<string, unknown>>): string {
  const [head = '', payload = ''] = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${head}.${payload}.${createHmac('sha256', issuer.key).update(`${head}.${payload}`).digest('base64url')}`;
}
