import assert from 'node:assert/strict';

import { SeenPeople } from '../../src/bot/seen-people';
import { SignIn } from '../../src/bot/sign-in';
import { SignInNeeded } from '../../src/meetings/errors';
import { PersonalMeetings } from '../../src/meetings/personal-meetings';
import { BotHarness } from '../support/bot-harness';
import { ANNA, BOT, LUKAS, type PlaceKind, type Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { meeting, NOW } from '../support/meetings';
import { MemoryBook } from '../support/memory-book';
import { MemoryParking } from '../support/memory-parking';
import { MemoryReminders } from '../support/memory-reminders';
import { MemoryStore } from '../support/memory-store';
import { RecordingLogger } from '../support/recording-logger';
import { cardIn, exchangeFor, invokeSignIn, type PersonOfChat } from '../support/sign-in-chat';
import { CONNECTION, TokenServiceDouble } from '../support/token-service';

const TENANT = '22222222-2222-3333-4444-555555555555';
const SIGNAL = new AbortController().signal;

/** What Teams gets for somebody: the bot reads whose it is, and the authority verifies it later. */
function ssoToken({ aadObjectId }: PersonOfChat, tid = TENANT): string {
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ oid: aadObjectId, tid })}.c2lnbmF0dXJl`;
}

/** A bot where everybody signs in for themself, above servers that ask for the person's token in each call. */
class Company {
  readonly service: TokenServiceDouble;
  readonly log = new RecordingLogger();
  readonly gateways = new Map<string, FakeGateway>();
  readonly parking: MemoryParking;
  readonly signIn: SignIn;
  readonly bot: BotHarness;
  now = NOW;
  /** What the server says to somebody who is signed in. */
  refusal: ((personId: string) => Error | undefined) | undefined;

  constructor(service: TokenServiceDouble) {
    this.service = service;
    const { log } = this;
    const now = (): Date => this.now;
    const readers = new SeenPeople();
    this.parking = new MemoryParking(now);
    const deps = { userTokens: service.client(), connection: CONNECTION, tenantId: TENANT, log };
    this.signIn = new SignIn({ ...deps, parking: this.parking, people: readers });
    const store = new MemoryStore();
    const open = ({ id }: { id: string }) => ({
      ...{ gateway: this.#gateway(id), close: async () => Promise.resolve(), detach: () => undefined },
    });
    const bookOf = (): MemoryBook => new MemoryBook();
    const people = new PersonalMeetings({
      open,
      bookOf,
      store,
      reminders: new MemoryReminders(),
      now,
      log,
      stayMs: 60_000,
    });
    this.bot = new BotHarness({ store, people, signIn: this.signIn, readers, now });
  }

  #gateway(personId: string): FakeGateway {
    const gateway = new FakeGateway(meeting({ id: `of-${personId}`, subject: `Meeting of ${personId.slice(-1)}` }));
    const real = gateway.list.bind(gateway);
    gateway.list = async (signal) => {
      await this.signIn.tokenOf(personId, signal);
      const refusal = this.refusal?.(personId);
      if (refusal !== undefined) throw refusal;
      return real(signal);
    };
    const create = gateway.create.bind(gateway);
    gateway.create = async (draft, marker, signal) => {
      await this.signIn.tokenOf(personId, signal);
      return create(draft, marker, signal);
    };
    this.gateways.set(personId, gateway);
    return gateway;
  }

  /** Sends an invoke as a Teams client does. */
  async invoke(name: string, value: unknown, chat: { as?: PersonOfChat; place?: PlaceKind } = {}) {
    return invokeSignIn(this.bot, { name, value }, chat);
  }

  /** Teams hands over the token of somebody for a sign-in card. */
  async exchange(posted: Posted, over: { as?: PersonOfChat; place?: PlaceKind; token?: string } = {}) {
    return exchangeFor(this.bot, posted, { token: ssoToken(over.as ?? ANNA), ...over });
  }
}

describe('signing in', () => {
  let service: TokenServiceDouble;
  let company: Company;

  beforeEach(async () => {
    service = await TokenServiceDouble.start();
    company = new Company(service);
  });

  afterEach(async () => {
    await service.stop();
  });

  it('is asked for with a card that Teams can answer by itself', async () => {
    const card = cardIn(await company.bot.ask('list'));

    assert.match(card.text, /^Please sign in/u);
    assert.equal(card.connectionName, CONNECTION);
    assert.match(card.tokenExchangeResource?.id ?? '', /^[0-9a-f-]{36}$/u);
    assert.deepEqual(
      card.buttons.map(({ type, title }) => ({ type, title })),
      [{ type: 'signin', title: 'Sign in' }],
    );
    assert.match(card.buttons[0]?.value ?? '', /^https:\/\/token\.botframework\.com\//u);
  });

  it('is not asked for by what needs no server', async () => {
    await company.bot.ask('help');
    await company.bot.ask('what is this');

    assert.deepEqual(service.requests, []);
    assert.equal(company.gateways.size, 0);
  });

  it('lets the command go on by itself, once, and takes the card away', async () => {
    const asked = await company.bot.ask('list');

    const { status, words, posted, events } = await company.exchange(asked);

    assert.deepEqual([status, posted.length], [200, 1]);
    assert.match(words, /Meeting of 1/u);
    assert.ok(events.some(({ kind, activity }) => kind === 'deleted' && activity.id === asked.id));
    assert.ok((await company.bot.ask('list')).card);
  });

  it('A-29: counts once, however many Teams clients answer the card', async () => {
    const asked = await company.bot.ask('list');

    const answers = await Promise.all([company.exchange(asked), company.exchange(asked), company.exchange(asked)]);
    const late = await company.exchange(asked);

    assert.deepEqual(
      [...answers, late].map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal(service.count('/exchange'), 1);
    const lists = company.bot.adapter.events.filter((event) => JSON.stringify(event).includes('Meeting of 1'));
    assert.equal(lists.length, 1);
  });

  it('shows the button when the service cannot exchange the token, and works after the person has agreed', async () => {
    const asked = await company.bot.ask('list');
    service.undecided.add(ANNA.id);

    const refused = await company.exchange(asked);
    service.undecided.clear();
    const accepted = await company.exchange(asked);

    assert.deepEqual([refused.status, refused.posted], [412, []]);
    assert.equal(accepted.status, 200);
    assert.match(accepted.words, /Meeting of 1/u);
  });

  it('tells Teams why an exchange failed', async () => {
    const asked = await company.bot.ask('list');
    service.undecided.add(ANNA.id);
    const from = company.bot.adapter.events.length;

    await company.exchange(asked);

    const answer = JSON.stringify(company.bot.adapter.events.slice(from));
    assert.match(answer, /"failureDetail":"the token service cannot exchange the token"/u);
    assert.match(answer, new RegExp(cardIn(asked).tokenExchangeResource?.id ?? 'none', 'u'));
  });

  it('works in a window, whose number comes back', async () => {
    await company.bot.ask('list', { place: 'channel' });
    service.windows.set('123456', { userId: ANNA.id, token: ssoToken(ANNA) });

    const { status, words } = await company.invoke('signin/verifyState', { state: '123456' }, { place: 'channel' });

    assert.equal(status, 200);
    assert.match(words, /Meeting of 1/u);
  });

  it('A-29: refuses a number that is none, and one that is not known', async () => {
    await company.bot.ask('list');

    const odd = await company.invoke('signin/verifyState', { state: 7 });
    const unknown = await company.invoke('signin/verifyState', { state: '999999' });

    assert.deepEqual([odd.status, unknown.status, odd.posted, unknown.posted], [400, 404, [], []]);
  });

  it('offers no silent sign-on in a channel, where Teams has none', async () => {
    assert.equal(cardIn(await company.bot.ask('list', { place: 'channel' })).tokenExchangeResource, undefined);
  });

  it('names the one who asked where others read along', async () => {
    const card = cardIn(await company.bot.ask('list', { place: 'groupChat' }));

    assert.match(card.text, /^Anna Berger, please sign in/u);
    assert.ok(card.tokenExchangeResource);
  });

  it('A-29: is only for the one who asked', async () => {
    const asked = await company.bot.ask('list', { place: 'groupChat' });

    const other = await company.exchange(asked, { as: LUKAS, place: 'groupChat' });

    assert.deepEqual([other.status, other.posted], [412, []]);
    assert.equal(service.count('/exchange'), 0);
    const own = await company.exchange(asked, { place: 'groupChat' });
    assert.match(own.words, /Meeting of 1/u);
    assert.doesNotMatch(own.words, /Meeting of 2/u);
  });

  it('A-29: does not take the token of somebody else', async () => {
    const asked = await company.bot.ask('list');

    const stolen = await company.exchange(asked, { token: ssoToken(LUKAS) });
    const foreign = await company.exchange(asked, { token: ssoToken(ANNA, '99999999-2222-3333-4444-555555555555') });

    assert.deepEqual([stolen.status, foreign.status, service.count('/exchange')], [412, 412, 0]);
  });

  it('A-29: does not take what an exchange makes for somebody else', async () => {
    const asked = await company.bot.ask('list');
    service.exchanged = () => ssoToken(LUKAS);

    assert.equal((await company.exchange(asked)).status, 412);

    assert.equal(service.tokens.size, 0);
  });

  it('A-29: does not use a window where somebody else signed in, and says so', async () => {
    await company.bot.ask('list');
    service.windows.set('123456', { userId: ANNA.id, token: ssoToken(LUKAS) });

    const { words } = await company.invoke('signin/verifyState', { state: '123456' });

    assert.match(words, /another account than yours/u);
    assert.equal(service.tokens.size, 0);
    assert.doesNotMatch(words, /Meeting of/u);
  });

  it('A-29: does not use a token of somebody else that the service keeps', async () => {
    service.tokens.set(ANNA.id, ssoToken(LUKAS));

    const { text } = await company.bot.ask('list');

    assert.match(text ?? '', /another account than yours/u);
    assert.equal(service.tokens.size, 0);
  });

  it('says that the set-up is at fault when the connection gives no token of the directory', async () => {
    service.tokens.set(ANNA.id, 'opaque');

    assert.match((await company.bot.ask('list')).text ?? '', /not set up completely/u);
  });

  it('A-29: refuses malformed exchanges, and those of another connection', async () => {
    const malformed = await company.invoke('signin/tokenExchange', { id: 1 });
    const nothing = await company.invoke('signin/tokenExchange', undefined);
    const other = await company.invoke('signin/tokenExchange', { id: 'x', connectionName: 'graph', token: 'a.b.c' });

    assert.deepEqual([malformed.status, nothing.status, other.status], [400, 400, 412]);
  });

  it('A-29: does not run what waited too long, and says that it is done', async () => {
    await company.bot.ask('list', { place: 'channel' });
    company.now = new Date(NOW.getTime() + 600_001);
    service.windows.set('123456', { userId: ANNA.id, token: ssoToken(ANNA) });

    const { words } = await company.invoke('signin/verifyState', { state: '123456' }, { place: 'channel' });

    assert.match(words, /You are signed in\. Please say again/u);
  });

  it('is not asked for while the database is away, because nothing could go on after it', async () => {
    company.parking.isAway = true;

    const { text } = await company.bot.ask('list');

    assert.match(text ?? '', /cannot take requests right now, and have not started anything/u);
  });

  it('says that nothing was started only when that is certain', async () => {
    await company.bot.ask('new Retro', { place: 'channel' });
    service.windows.set('123456', { userId: ANNA.id, token: ssoToken(ANNA) });
    company.bot.journal.lostCommits = 1;

    const { words } = await company.invoke('signin/verifyState', { state: '123456' }, { place: 'channel' });

    assert.match(words, /do not know whether I noted this one/u);
  });

  it('tells Teams to show the button while nobody knows for whom a card is', async () => {
    const asked = await company.bot.ask('list');
    company.parking.isAway = true;

    const away = await company.exchange(asked);
    company.parking.isAway = false;
    const back = await company.exchange(asked);

    assert.deepEqual([away.status, away.posted], [412, []]);
    assert.match(back.words, /Meeting of 1/u);
  });

  it('removes a card whose sign-in came before the chat had told its id', async () => {
    const card = company.parking.cardPosted.bind(company.parking);
    company.parking.cardPosted = async (place, posted) => {
      const parked = await company.parking.take(place);
      assert.ok(parked);
      return card(place, posted);
    };

    const asked = await company.bot.ask('list');

    assert.ok(company.bot.adapter.events.some(({ kind, activity }) => kind === 'deleted' && activity.id === asked.id));
  });

  it('F-11: asks again when the sign-on is no good any more, and gives up the second time', async () => {
    const asked = await company.bot.ask('list');
    company.refusal = () => new SignInNeeded('afresh', 'AADSTS50013');

    const first = await company.exchange(asked);
    const again = company.bot.showing({ ...asked, id: first.posted.at(-1) ?? '' });
    const second = await company.exchange(again);

    assert.match(first.words, /vnd\.microsoft\.card\.oauth/u);
    assert.match(second.words, /not set up completely/u);
    assert.doesNotMatch(second.words, /AADSTS/u);
  });

  it('asks for more proof with a window, and gives up when that is not enough', async () => {
    service.tokens.set(ANNA.id, ssoToken(ANNA));
    company.refusal = () => new SignInNeeded('interactive', 'AADSTS50076');
    const card = cardIn(await company.bot.ask('list'));
    service.windows.set('123456', { userId: ANNA.id, token: ssoToken(ANNA) });

    const { words } = await company.invoke('signin/verifyState', { state: '123456' });

    assert.match(card.text, /more proof that it is you/u);
    assert.equal(card.tokenExchangeResource, undefined);
    assert.match(words, /asks for more proof that it is you, and the sign-in here could not give it/u);
  });

  it('is asked for when a button needs it, and the click goes on as a message', async () => {
    service.tokens.set(ANNA.id, ssoToken(ANNA));
    const list = await company.bot.ask('list');
    service.tokens.clear();
    company.gateways.get(ANNA.aadObjectId)?.beforeNext('get', async () => {
      await company.signIn.tokenOf(ANNA.aadObjectId, SIGNAL);
    });

    const clicked = await company.bot.click(list, 'Show #1');
    const asked = clicked.posted[0];
    assert.ok(asked);
    const { words } = await company.exchange(asked);

    assert.match(clicked.text ?? '', /Please sign in first: see the new message/u);
    assert.match(words, /Meeting of 1/u);
  });

  it('says that it is away when the token service fails, without its words', async () => {
    service.failures = 10;

    const { text } = await company.bot.ask('list');

    assert.match(text ?? '', /sign-in service does not answer/u);
    assert.doesNotMatch(`${text ?? ''}${JSON.stringify(company.bot.log.records)}`, /SECRET/u);
  });

  it('writes neither tokens nor what people typed into the log', async () => {
    const asked = await company.bot.ask('list secret-words-of-anna');
    await company.exchange(asked);

    const log = JSON.stringify([...company.log.records, ...company.bot.log.records]);
    assert.doesNotMatch(log, /secret-words|eyJ/u);
    assert.match(log, /signIn\.done/u);
  });

  it('notes that a Teams client could not get a token', async () => {
    const { status } = await company.invoke('signin/failure', { code: 'resourcematchfailed', message: 'x' });

    assert.equal(status, 200);
    assert.equal(company.bot.log.of('signIn.failed')[0]?.fields.reason, 'resourcematchfailed');
  });

  it('speaks to the token service as the bot', async () => {
    await company.bot.ask('list', { raw: { recipient: BOT } });

    assert.equal(service.authorization, 'Bearer the-bot');
  });
});
