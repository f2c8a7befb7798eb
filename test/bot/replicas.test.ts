import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { SeenPeople } from '../../src/bot/seen-people';
import { SignIn } from '../../src/bot/sign-in';
import { PersonalMeetings } from '../../src/meetings/personal-meetings';
import { BotHarness } from '../support/bot-harness';
import { allWords } from '../support/card-reading';
import { ANNA, BOT, LUKAS, messageActivity, type Posted } from '../support/chat';
import { engines } from '../support/databases';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';
import { MemoryBook } from '../support/memory-book';
import { MemoryReminders } from '../support/memory-reminders';
import { RecordingAdapter } from '../support/recording-adapter';
import { RecordingLogger } from '../support/recording-logger';
import { type ReplicaStores, SharedStore } from '../support/replicas';
import { exchangeFor, type PersonOfChat, type SignInAnswer } from '../support/sign-in-chat';
import { CONNECTION, TokenServiceDouble } from '../support/token-service';

const TENANT = '22222222-2222-3333-4444-555555555555';

/** What Teams gets for somebody. */
function ssoToken({ aadObjectId }: PersonOfChat): string {
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ oid: aadObjectId, tid: TENANT })}.c2lnbmF0dXJl`;
}

/** What all bots of a company have in common. */
interface Company {
  readonly service: TokenServiceDouble;
  readonly chat: RecordingAdapter;
  /** Everybody's ways to the server, one for each bot. */
  readonly gateways: FakeGateway[];
}

/** One of several bots, in which everybody signs in for themself. */
class Replica {
  readonly bot: BotHarness;
  readonly #signIn: SignIn;
  readonly #gateways: FakeGateway[];

  constructor({ service, chat, gateways }: Company, { store, journal, parking, people: seen }: ReplicaStores) {
    const log = new RecordingLogger();
    const now = (): Date => new Date();
    const readers = new SeenPeople({ store: seen });
    const userTokens = service.client();
    this.#gateways = gateways;
    this.#signIn = new SignIn({ userTokens, connection: CONNECTION, tenantId: TENANT, parking, people: readers, log });
    const open = ({ id }: { id: string }) => ({
      gateway: this.#gatewayOf(id),
      close: async () => Promise.resolve(),
      detach: () => undefined,
    });
    const people = new PersonalMeetings({
      open,
      bookOf: () => new MemoryBook(),
      store,
      reminders: new MemoryReminders(),
      now,
      log,
      stayMs: 60_000,
    });
    this.bot = new BotHarness({ store, journal, people, signIn: this.#signIn, readers, adapter: chat, now });
  }

  /** The meetings of a person, who has to be signed in for them. */
  #gatewayOf(personId: string): FakeGateway {
    const gateway = new FakeGateway(meeting({ id: `of-${personId}`, subject: `Meeting of ${personId.slice(-1)}` }));
    const [list, start] = [gateway.list.bind(gateway), gateway.start.bind(gateway)];
    gateway.list = async (signal) => {
      await this.#signIn.tokenOf(personId, signal);
      return list(signal);
    };
    gateway.start = async (subject, wish, signal) => {
      await this.#signIn.tokenOf(personId, signal);
      return start(subject, wish, signal);
    };
    this.#gateways.push(gateway);
    return gateway;
  }

  /** Teams hands over the token of somebody for a sign-in card. */
  async exchange(card: Posted, as: PersonOfChat = ANNA, place?: 'groupChat'): Promise<SignInAnswer> {
    return exchangeFor(this.bot, card, { token: ssoToken(as), as, ...(place === undefined ? {} : { place }) });
  }
}

/** An update of a conversation that says that Confer came. */
function added(id: string): Partial<Activity> {
  const { text, entities, ...envelope } = messageActivity('', { id, place: 'groupChat' });
  assert.ok(text !== undefined && entities !== undefined);
  return { ...envelope, type: 'conversationUpdate', membersAdded: [BOT] };
}

describe('two bots behind a balancer', function () {
  this.timeout(30_000);

  for (const { name, newHome } of engines) {
    describe(`over one store on ${name}`, () => {
      let shared: SharedStore;
      let company: Company;
      let one: Replica;
      let other: Replica;

      beforeEach(async () => {
        shared = await SharedStore.open(newHome);
        company = {
          service: await TokenServiceDouble.start(),
          chat: new RecordingAdapter(),
          gateways: [],
        };
        one = new Replica(company, shared.replicas[0]);
        other = new Replica(company, shared.replicas[1]);
      });

      afterEach(async () => {
        await Promise.all([one.bot.stop(), other.bot.stop()]);
        await company.service.stop();
        await shared.close();
      });

      /** Messages of the chat that have these words. */
      const saying = (words: RegExp): number =>
        company.chat.events.filter(({ kind, activity }) => kind === 'sent' && words.test(JSON.stringify(activity)))
          .length;

      const parkedRows = async (): Promise<unknown[]> =>
        shared.replicas[0].database.db.selectFrom('parked_turns').selectAll().execute();

      it('let a command go on where the sign-in comes in, and keep nothing of it', async () => {
        const asked = await one.bot.ask('list of secret words');
        assert.match(JSON.stringify(await parkedRows()), /secret words/u);

        const { status, words } = await other.exchange(asked);

        assert.equal(status, 200);
        assert.match(words, /Meeting of 1/u);
        assert.deepEqual(await parkedRows(), []);
        assert.ok(company.chat.events.some(({ kind, activity }) => kind === 'deleted' && activity.id === asked.id));
      });

      it('A-29: let a command go on once when sign-ins come in at both at the same moment', async () => {
        for (let round = 0; round < 10; round += 1) {
          company.service.tokens.clear();
          const asked = await one.bot.ask('list');
          const answers = await Promise.all([one.exchange(asked), other.exchange(asked), other.exchange(asked)]);
          assert.deepEqual(
            answers.map(({ status }) => status),
            [200, 200, 200],
          );
        }

        assert.equal(saying(/Meeting of 1/u), 10);
      });

      it('start a meeting once, whose sign-in came in at both', async () => {
        const asked = await one.bot.ask('start Budget review');
        await Promise.all([one.exchange(asked), other.exchange(asked)]);
        await Promise.all([one.bot.idle(), other.bot.idle()]);

        const starts = company.gateways.map((gateway) => gateway.count('start'));
        assert.equal(
          starts.reduce((sum, count) => sum + count, 0),
          1,
        );
        assert.equal(await operationsNotOver(), 0);
      });

      it('let a command go on after both were restarted', async () => {
        const asked = await one.bot.ask('list');
        await Promise.all([one.bot.stop(), other.bot.stop()]);
        one = new Replica(company, shared.replicas[0]);

        assert.match((await one.exchange(asked)).words, /Meeting of 1/u);
      });

      it('A-29: let nothing go on that waited too long', async () => {
        const asked = await one.bot.ask('list');
        await shared.replicas[0].database.db.updateTable('parked_turns').set({ until: 0 }).execute();

        const { status, posted } = await other.exchange(asked);

        assert.deepEqual([status, posted, await parkedRows()], [200, [], []]);
      });

      it('A-29: know of each other for whom a card in a group is', async () => {
        const asked = await one.bot.ask('list', { place: 'groupChat' });

        const foreign = await other.exchange(asked, LUKAS, 'groupChat');
        const own = await other.exchange(asked, ANNA, 'groupChat');
        const late = await one.exchange(asked, ANNA, 'groupChat');

        assert.deepEqual([foreign.status, own.status, late.status], [412, 200, 200]);
        assert.equal(saying(/Meeting of 1/u), 1);
        assert.equal(saying(/Meeting of 2/u), 0);
      });

      it('know what the chat calls somebody who never spoke to them', async () => {
        await one.bot.say('help');
        company.service.tokens.set(ANNA.id, ssoToken(ANNA));

        // As in work for somebody that no message of theirs began.
        const replies = await other.bot.say('list', { id: 'm-2', raw: { channelId: undefined } });

        assert.match(allWords(replies[0]?.card ?? {}), /Meeting of 1/u);
      });

      it('greet once where Confer comes to, also when both are told at the same moment', async () => {
        await Promise.all([
          one.bot.deliver(added('u-1')),
          other.bot.deliver(added('u-2')),
          one.bot.deliver(added('u-3')),
        ]);

        assert.equal(saying(/Hello, I am Confer/u), 1);
      });

      const operationsNotOver = async (): Promise<number> => (await shared.replicas[0].journal.backlog()).operations;
    });
  }
});
