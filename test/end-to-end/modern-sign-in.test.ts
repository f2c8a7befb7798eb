import assert from 'node:assert/strict';

import { SeenPeople } from '../../src/bot/seen-people';
import { SignIn } from '../../src/bot/sign-in';
import type { ConferSettings } from '../../src/compose';
import { type AccountsOfSeat, openPersonal } from '../../src/compose/accounts';
import { loadConfig } from '../../src/config/config';
import { type RunningSimulator, startSimulator } from '../../src/simulator';
import { type Account, AuthorityDouble, CLIENT, SECRET, TENANT } from '../support/authority';
import { BotHarness } from '../support/bot-harness';
import { ANNA, LUKAS, PETRA, type Posted } from '../support/chat';
import { MemoryBook } from '../support/memory-book';
import { MemoryParking } from '../support/memory-parking';
import { MemoryReminders } from '../support/memory-reminders';
import { MemoryStore } from '../support/memory-store';
import { RecordingLogger } from '../support/recording-logger';
import { RunningConfer } from '../support/running-confer';
import { exchangeFor, invokeSignIn, type SignInAnswer } from '../support/sign-in-chat';
import { testServer } from '../support/tls';
import { CONNECTION, TokenServiceDouble } from '../support/token-service';

type PersonOfChat = typeof ANNA;

const ACCOUNTS: ReadonlyMap<string, string> = new Map([
  [ANNA.aadObjectId, 'anna.berg@contoso.com'],
  [LUKAS.aadObjectId, 'lukas.holm@contoso.com'],
  [PETRA.aadObjectId, 'nobody.here@contoso.com'],
]);

/** What goes wrong on the way, and what the person reads. */
const PROBLEMS: readonly (readonly [string, (stage: Stage) => void, RegExp, string])[] = [
  [
    'nobody has agreed',
    ({ authority }) => {
      authority.consented = false;
    },
    /has not agreed yet that I act in your name/u,
    'AADSTS65001',
  ],
  [
    'the server is not registered',
    ({ authority }) => {
      authority.resources.clear();
    },
    /not set up completely/u,
    'AADSTS500011',
  ],
  [
    'the secret of the app is wrong',
    ({ authority }) => {
      authority.secret = 'another';
    },
    /not set up completely/u,
    'AADSTS7000215',
  ],
  [
    'the authority fails',
    ({ authority }) => {
      authority.broken = { status: 503, body: '<h1>down</h1>', type: 'text/html' };
    },
    /sign-in service does not answer/u,
    'status 503',
  ],
];

/** The whole way of a command: chat, token service, authority over TLS, and a server that takes its tokens. */
class Stage {
  readonly authority: AuthorityDouble;
  readonly service: TokenServiceDouble;
  readonly server: RunningSimulator;
  readonly log = new RecordingLogger();
  readonly bot: BotHarness;
  readonly #accounts: AccountsOfSeat;

  private constructor(authority: AuthorityDouble, service: TokenServiceDouble, server: RunningSimulator) {
    this.authority = authority;
    this.service = service;
    this.server = server;
    const { log } = this;
    const now = (): Date => new Date();
    const store = new MemoryStore();
    const readers = new SeenPeople();
    const kept = { parking: new MemoryParking(now), people: readers };
    const signIn = new SignIn({ userTokens: service.client(), connection: CONNECTION, tenantId: TENANT, log, ...kept });
    const books = { bookOf: () => new MemoryBook(), accountsWithWork: async () => Promise.resolve([]) };
    const reminders = new MemoryReminders();
    const parts = { store: Object.assign(store, books), reminders, now, log, stopping: new AbortController().signal };
    const seat = { number: 1, endpointId: 'of-this-installation', epoch: 1 };
    this.#accounts = openPersonal(
      this.#settings(),
      { ...parts, ...{ singleSignOn: signIn, authorityCa: authority.ca } },
      { seat },
    );
    this.bot = new BotHarness({ store, people: this.#accounts.people, signIn, readers, now });
  }

  static async start(): Promise<Stage> {
    const authority = await AuthorityDouble.start();
    const service = await TokenServiceDouble.start();
    const server = await startSimulator({
      tls: testServer,
      timeScale: 0.05,
      trustedIssuer: authority.trusted,
      switches: { grants: [], authorizationUri: `${authority.host}/common/oauth2/authorize`, checkScopes: true },
    });
    authority.resources.add(server.origin);
    return new Stage(authority, service, server);
  }

  async stop(): Promise<void> {
    await this.#accounts.close();
    await this.server.stop();
    await this.service.stop();
    await this.authority.stop();
  }

  /** The person's Teams hands over their token for a sign-in card. */
  async signIn(posted: Posted, as: PersonOfChat = ANNA): Promise<SignInAnswer> {
    return exchangeFor(this.bot, posted, { as, token: this.ssoToken(as) });
  }

  ssoToken(as: PersonOfChat, over: object = {}): string {
    const account: Account = { oid: as.aadObjectId, upn: ACCOUNTS.get(as.aadObjectId) ?? '' };
    return this.authority.ssoToken(account, { ...over });
  }

  /** Everything that was written down. */
  get written(): string {
    return JSON.stringify([this.log.records, this.bot.log.records]);
  }

  #settings(): ConferSettings {
    const { account, ...config } = loadConfig({
      ...{ MICROSOFT_APP_ID: CLIENT, MICROSOFT_APP_TENANT_ID: TENANT, MICROSOFT_APP_PASSWORD: SECRET },
      ...{ UCWA_SIGN_IN: 'modern', MICROSOFT_APP_OAUTH_CONNECTION: CONNECTION },
      ...{ AZURE_AUTHORITY_HOST: this.authority.host, UCWA_ROOT_URL: this.server.rootUrl },
      ...{ UCWA_SIP_DOMAIN: 'contoso.com' },
    });
    assert.ok(account === undefined && config.server.kind === 'root');
    return { ...config, server: config.server, account, caCertificate: this.authority.ca };
  }
}

describe('modern sign-in', function () {
  this.timeout(60_000);

  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.start();
  });

  after(async () => {
    await RunningConfer.stopAll();
  });

  afterEach(async () => {
    await stage.stop();
  });

  it('leads from a command over the sign-in card to a meeting in the name of the person', async () => {
    const asked = await stage.bot.ask('new Budget review');

    const { status, words } = await stage.signIn(asked);

    assert.equal(status, 200);
    assert.match(words, /Budget review/u);
    assert.match(words, /Anna Berg/u);
    const [request] = stage.authority.requests;
    assert.equal(request?.scope?.split(' ')[0], `${stage.server.origin}/.default`);
    assert.doesNotMatch(stage.written, /eyJ|the-secret/u);
  });

  it('asks the authority once, and the person not again', async () => {
    await stage.signIn(await stage.bot.ask('new Budget review'));

    const shown = await stage.bot.ask('show Budget review');

    assert.ok(shown.card);
    assert.equal(stage.authority.requests.length, 1);
  });

  it('shows nobody the meetings of another', async () => {
    await stage.signIn(await stage.bot.ask('new Secret of Anna'));
    await stage.bot.ask('list');
    const { words } = await stage.signIn(await stage.bot.ask('list', { as: LUKAS }), LUKAS);
    const looked = await stage.bot.ask('show Secret of Anna', { as: LUKAS });

    assert.doesNotMatch(words, /Secret of Anna/u);
    assert.match(looked.text ?? '', /cannot find a meeting/u);
  });

  it('lets the others use the card of a meeting as far as the server lets them', async () => {
    const { posted } = await exchangeFor(stage.bot, await stage.bot.ask('new Secret of Anna', { place: 'groupChat' }), {
      token: stage.ssoToken(ANNA),
      place: 'groupChat',
    });
    await stage.signIn(await stage.bot.ask('list', { as: LUKAS }), LUKAS);
    const card = stage.bot.showing({ ...(await stage.bot.ask('help')), id: posted.at(-1) ?? '' });

    const { text, card: form } = await stage.bot.click(card, 'Edit', { as: LUKAS, place: 'groupChat' });

    assert.match(text ?? '', /do not find that meeting in your account/u);
    assert.equal(form, undefined);
  });

  for (const [title, arrange, sentence, fact] of PROBLEMS) {
    it(`is explained in a sentence when ${title}`, async () => {
      arrange(stage);
      const asked = await stage.bot.ask('list');

      const { words } = await stage.signIn(asked);

      assert.match(words, sentence);
      assert.match(words, /Reference [2-9A-Z]{4}-[2-9A-Z]{4}/u);
      assert.doesNotMatch(words, /AADSTS|SENTENCE|eyJ/u);
      assert.ok(stage.written.includes(fact));
      assert.doesNotMatch(stage.written, /SENTENCE|eyJ|the-secret/u);
    });
  }

  it('takes a new sign-on once when the one that is kept has ended', async () => {
    stage.service.tokens.set(ANNA.id, stage.ssoToken(ANNA, { exp: 1 }));
    const asked = await stage.bot.ask('list');

    const { words } = await stage.signIn(asked);

    assert.equal(stage.authority.requests.length, 2);
    assert.match(words, /vnd\.microsoft\.card\.adaptive/u);
  });

  it('asks for more proof in a window, and goes on with it', async () => {
    stage.authority.unproven.add(ANNA.aadObjectId);
    const first = await stage.signIn(await stage.bot.ask('list'));
    stage.authority.unproven.clear();
    stage.service.windows.set('123456', { userId: ANNA.id, token: stage.ssoToken(ANNA) });

    const { words } = await invokeSignIn(stage.bot, { name: 'signin/verifyState', value: { state: '123456' } });

    assert.match(first.words, /more proof that it is you/u);
    assert.match(words, /vnd\.microsoft\.card\.adaptive/u);
  });

  it('says so when more proof is not enough', async () => {
    stage.authority.unproven.add(ANNA.aadObjectId);
    await stage.signIn(await stage.bot.ask('list'));
    stage.service.windows.set('123456', { userId: ANNA.id, token: stage.ssoToken(ANNA) });

    const { words } = await invokeSignIn(stage.bot, { name: 'signin/verifyState', value: { state: '123456' } });

    assert.match(words, /the sign-in here could not give it/u);
    assert.ok(stage.written.includes('AADSTS50076'));
  });

  it('says so when the server knows nobody of that name', async () => {
    const { words } = await stage.signIn(await stage.bot.ask('list', { as: PETRA }), PETRA);

    assert.match(words, /Your account may not use online meetings/u);
  });

  it('needs no account of its own: the product starts, signs nobody in, and stops', async () => {
    const product = await RunningConfer.start({
      ...{ MICROSOFT_APP_ID: CLIENT, MICROSOFT_APP_TENANT_ID: TENANT, MICROSOFT_APP_PASSWORD: SECRET },
      ...{ UCWA_SIGN_IN: 'modern', MICROSOFT_APP_OAUTH_CONNECTION: CONNECTION, BIND_ADDRESS: '127.0.0.1' },
      ...{ UCWA_ROOT_URL: stage.server.rootUrl, UCWA_SIP_DOMAIN: 'contoso.com' },
    });

    const refused = await fetch(`${product.bot}/api/messages`, { method: 'POST', body: '{}' });
    const code = await product.stop();

    assert.equal(code, 0);
    assert.ok(refused.status >= 400 && refused.status < 500);
    assert.deepEqual(stage.server.requests, []);
  });

  it('needs the directory to know the person', async () => {
    const { text } = await stage.bot.ask('list', { raw: { from: { id: '29:guest', name: 'Guest' } } });

    assert.match(text ?? '', /cannot tell who you are in your organization/u);
    assert.deepEqual(stage.service.requests, []);
  });
});
