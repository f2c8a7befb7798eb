import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { testAuthority, testServer } from './tls';

/** Somebody the authority knows. */
export interface Account {
  readonly oid: string;
  readonly upn: string;
}

/** An error answer of the token endpoint. */
interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly number: number;
  readonly claims?: string;
}

/** Whom a token is for, or why there is none. */
type Judgement =
  | { readonly claims: Readonly<Record<string, unknown>>; readonly refusal?: undefined }
  | { readonly claims?: undefined; readonly refusal: Refusal };

/** One request of the token endpoint that came. */
export type TokenRequest = Readonly<Record<string, string>>;

export const TENANT = '22222222-2222-3333-4444-555555555555';
export const CLIENT = '11111111-2222-3333-4444-555555555555';
export const SECRET = 'the-secret-of-the-app';

/** Sentences of the authority that nobody may see. */
export const SENTENCE = 'SENTENCE of the authority about anna@contoso.com';

/** The claims challenge of a policy that wants a second factor. */
export const CLAIMS = '{"access_token":{"polids":{"essential":true,"values":["policy-1"]}}}';

const ISSUER = `https://sts.windows.net/${TENANT}/`;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * A double of Entra ID over TLS: metadata, keys, and a token endpoint that gives the app its own tokens, exchanges single sign-on tokens on behalf of
 * people, and refuses for the reasons Entra ID does. Source: Entra, "OAuth 2.0 On-Behalf-Of flow".
 */
export class AuthorityDouble {
  /** Authority that signed its certificate. */
  readonly ca = testAuthority;
  readonly requests: TokenRequest[] = [];
  readonly paths: string[] = [];
  /** Service principal names that are registered. */
  readonly resources = new Set<string>();
  /** People who have to prove more. */
  readonly unproven = new Set<string>();
  /** Whether somebody has agreed. */
  consented = true;
  /** What the app proves itself with. */
  secret = SECRET;
  /** PEM of the app's certificate. */
  certificate: string | undefined;
  /** The token of a managed identity that the app registration trusts. */
  federated: string | undefined;
  /** How long its tokens live, in seconds. */
  lifeSec = 3600;
  /** Answers every token request so. */
  broken: { readonly status: number; readonly body: string; readonly type: string } | undefined;
  /** Never answers token requests. */
  silent = false;
  readonly #server: Server;
  readonly #key: KeyObject;
  /** PEM of the key its tokens can be checked with. */
  readonly publicKey: string;
  #made = 0;

  private constructor() {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#key = pair.privateKey;
    this.publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.#server = createServer(testServer, (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<AuthorityDouble> {
    const authority = new AuthorityDouble();
    authority.#server.listen(0, '127.0.0.1');
    await once(authority.#server, 'listening');
    return authority;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** `https://127.0.0.1:1234` */
  get host(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** The authority, as a pool that trusts it knows it. */
  get trusted(): { issuer: string; key: string } {
    return { issuer: ISSUER, key: this.publicKey };
  }

  /** What Teams gets for somebody, for the app of the bot. */
  ssoToken(account: Account, over: Readonly<Record<string, unknown>> = {}): string {
    return this.#sign({ ...this.#claimsOf(account), aud: CLIENT, scp: 'access_as_user', ...over });
  }

  #claimsOf({ oid, upn }: Account): Readonly<Record<string, unknown>> {
    this.#made += 1;
    const exp = Math.floor(Date.now() / 1000) + this.lifeSec;
    return { iss: ISSUER, tid: TENANT, oid, upn, exp, uti: `token-${String(this.#made)}` };
  }

  #sign(claims: Readonly<Record<string, unknown>>): string {
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${createSign('sha256').update(signed).sign(this.#key, 'base64url')}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.host).pathname;
    this.paths.push(path);
    if (path.includes('/.well-known/openid-configuration')) send(response, 200, this.#metadata());
    else if (path.endsWith('/oauth2/v2.0/token')) await this.#tokenRequested(request, response);
    else send(response, 404, {});
  }

  #metadata(): object {
    const at = `${this.host}/${TENANT}`;
    return {
      issuer: `${at}/v2.0`,
      authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
      token_endpoint: `${at}/oauth2/v2.0/token`,
      jwks_uri: `${at}/discovery/v2.0/keys`,
    };
  }

  async #tokenRequested(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    this.requests.push(form);
    if (this.silent) return;
    if (this.broken !== undefined) {
      response.writeHead(this.broken.status, { 'content-type': this.broken.type });
      response.end(this.broken.body);
      return;
    }
    const { claims, refusal } = this.#judge(form);
    if (claims === undefined) send(response, refusal.status, refusalBody(refusal));
    else send(response, 200, this.#tokens(form, claims));
  }

  #judge(form: TokenRequest): Judgement {
    if (form.client_id !== CLIENT) return refuse(700016, 'unauthorized_client');
    if (!this.#isProven(form)) return refuse(7000215, 'invalid_client', { status: 401 });
    if (form.grant_type === 'client_credentials') return { claims: {} };
    if (form.grant_type === JWT_BEARER && form.requested_token_use === 'on_behalf_of') return this.#judgeOnBehalf(form);
    return refuse(70003, 'unsupported_grant_type');
  }

  #judgeOnBehalf(form: TokenRequest): Judgement {
    const claims = this.#verified(form.assertion ?? '');
    if (claims === undefined) return refuse(50013);
    if (claims.aud !== CLIENT) return refuse(500131);
    if (!this.resources.has(resourceOf(form))) return refuse(500011, 'invalid_resource');
    if (!this.consented) return refuse(65001);
    if (this.unproven.has(String(claims.oid))) return refuse(50076, 'interaction_required', { claims: CLAIMS });
    return { claims };
  }

  #isProven(form: TokenRequest): boolean {
    if (form.client_secret !== undefined) return form.client_secret === this.secret;
    const { client_assertion: assertion = '', client_assertion_type: type } = form;
    if (type !== CLIENT_ASSERTION) return false;
    if (this.certificate === undefined) return assertion === this.federated;
    const [head = '', payload = '', signature = ''] = assertion.split('.');
    const isSigned = createVerify('sha256').update(`${head}.${payload}`);
    return verifies(isSigned, this.certificate, { signature, alg: String(partOf(head).alg) });
  }

  #verified(token: string): Readonly<Record<string, unknown>> | undefined {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const check = createVerify('sha256').update(`${head}.${payload}`);
    const claims = check.verify(this.publicKey, signature, 'base64url') ? partOf(payload) : undefined;
    return claims !== undefined && Number(claims.exp) > Date.now() / 1000 ? claims : undefined;
  }

  #tokens(form: TokenRequest, { oid, upn }: Readonly<Record<string, unknown>>): object {
    const claims = this.#claimsOf({ oid: String(oid), upn: String(upn) });
    const scp = 'Meetings.ReadWrite Conversations.Initiate Conversations.Receive';
    return {
      token_type: 'Bearer',
      scope: scp,
      expires_in: this.lifeSec,
      ext_expires_in: this.lifeSec,
      access_token: this.#sign({ ...claims, aud: resourceOf(form), scp }),
    };
  }
}

function refuse(number: number, error = 'invalid_grant', more: Partial<Refusal> = {}): Judgement {
  return { refusal: { number, error, status: 400, ...more } };
}

function verifies(
  check: ReturnType<typeof createVerify>,
  key: string,
  { signature, alg }: { signature: string; alg: string },
): boolean {
  const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : {};
  return check.verify({ key, ...padding }, signature, 'base64url');
}

function resourceOf({ scope = '' }: TokenRequest): string {
  const asked = scope.split(' ').find((one) => one.endsWith('/.default')) ?? '';
  return asked.slice(0, -'/.default'.length);
}

function refusalBody({ error, number, claims }: Refusal): object {
  return {
    error,
    error_description: `AADSTS${String(number)}: ${SENTENCE} Trace ID: t Correlation ID: c`,
    error_codes: [number],
    correlation_id: '33333333-2222-3333-4444-555555555555',
    ...(claims === undefined ? {} : { claims }),
  };
}

function partOf(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
