import { type Activity, CardFactory, type InvokeResponse, MessageFactory } from 'botbuilder';

import { plainLine } from '../cards';
import type { Parking, ParkingPlace } from '../journal/parking';
import { MeetingProblem, SignInNeeded, type SignInWay } from '../meetings/errors';
import type { Logger } from '../shared/logger';
import { newReference } from '../shared/reference';
import { SharedWork } from '../shared/shared-work';
import { defineTexts } from '../shared/texts';

import { BoundedMap } from './bounded-map';
import { type ParkedTurn, toParkedTurn, toStoredTurn } from './parked-turns';
import type { SeenPeople } from './seen-people';
import { claimsOf } from './sign-on-token';
import type { Turn } from './turns';
import type { ChannelUser, UserTokens } from './user-tokens';

const texts = defineTexts({
  en: {
    title: 'Sign in',
    inPersonal:
      'Please sign in, so that I can act in your name on the Skype for Business server. Then I carry on by myself.',
    inShared: (name: string) =>
      `${name}, please sign in, so that I can act in your name on the Skype for Business server. Then I carry on by myself. Only your own sign-in counts here.`,
    moreProof: 'Your organization asks for more proof that it is you. Please sign in again; then I carry on by myself.',
  },
});

/** What is said when signing in did not help. Source: docs/errors.md. */
const IN_VAIN = { any: 'signIn.unavailable', afresh: 'signIn.notSetUp', interactive: 'signIn.moreProof' } as const;

/** Collaborators, made in src/compose. */
export interface SignInDeps {
  readonly userTokens: UserTokens;
  /** Name of the OAuth connection of the Azure Bot. */
  readonly connection: string;
  /** Directory whose people are served. */
  readonly tenantId: string;
  /** What waits for a sign-in, wherever it comes in. */
  readonly parking: Parking;
  /** How the chat calls the people of the directory. */
  readonly people: SeenPeople;
  readonly log: Logger;
}

/** A sign-in card, and what waits for it. */
export interface SignInCard {
  readonly card: Partial<Activity>;
  /** Called when it is posted. @returns false when nothing waits for it any more. */
  readonly posted: (cardId: string) => Promise<boolean>;
}

/** What a sign-in came to. */
export interface SignedIn {
  readonly response: InvokeResponse;
  /** Whether the person is signed in now because of it. */
  readonly isNew: boolean;
}

/**
 * Lets people sign in, each for themself, and finds their single sign-on token again.
 *
 * Tokens stay with the token service of the Bot Framework. What waits for a sign-in, for whom each sign-in card is, and who is
 * who in the chat are in the store: the sign-in may come in at another process than the one that asked. Source: msteams-docs, "bot-sso-code.md"; botbuilder, `TeamsSSOTokenExchangeMiddleware`.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  /** Every open Teams client of a person sends its own exchange; the first one counts. */
  readonly #exchanges = new SharedWork<SignedIn>();
  /** Exchanges that went well here; at another process they are done again, which comes to the same. */
  readonly #exchanged = new BoundedMap<true>(5000);

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /**
   * The single sign-on token of a person.
   *
   * @throws SignInNeeded when there is none; MeetingProblem `signIn.otherPerson` when it is not theirs.
   */
  async tokenOf(personId: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const user = await this.#deps.people.userOf(personId);
    const token = user === undefined ? undefined : await this.#deps.userTokens.get(user);
    if (user === undefined || token === undefined) throw new SignInNeeded('any');
    await this.#checkOwner(token, { personId, user });
    return token;
  }

  /** Makes the token service forget the person's token. */
  async signOut(personId: string): Promise<void> {
    const user = await this.#deps.people.userOf(personId);
    if (user !== undefined) await this.#deps.userTokens.signOut(user);
  }

  /**
   * Puts a turn aside and makes the card its author can sign in with.
   *
   * In a channel Teams knows no silent sign-on, and more proof needs a window: there the card has its button only.
   * @throws MeetingProblem when the author was asked before, and it did not help; `bot.unavailable`.
   */
  async ask(turn: Turn, { way, cause }: SignInNeeded): Promise<SignInCard> {
    if (turn.asked.has(way)) throw new MeetingProblem(IN_VAIN[way], { cause });
    const { userTokens, connection, parking, log } = this.#deps;
    const { activity, person, place, reader } = turn;
    const { signInLink = '', tokenExchangeResource } = await userTokens.signInResource(activity);
    const exchange = place.kind === 'channel' || way === 'interactive' ? undefined : tokenExchangeResource;
    const waiting = { place: placeOf(person.id, activity), id: newReference() };
    const request = toStoredTurn({ activity, asked: new Set([...turn.asked, way]) });
    // Before the card is there: Teams answers it by itself, within a moment.
    await this.#park(waiting, { request, exchangeId: exchange?.id });
    log.info('signIn.asked', { way, place: place.kind, by: person.id, cause: typeof cause === 'string' ? cause : '' });
    const words = wordsFor(turn, way);
    const attachment = CardFactory.oauthCard(connection, texts(reader.locale).title, words, signInLink, exchange);
    const card = { ...MessageFactory.attachment(attachment), summary: words };
    return { card, posted: async (cardId) => parking.cardPosted(waiting.place, { id: waiting.id, cardId }) };
  }

  /**
   * What waits for this sign-in; given out once, by whichever process is asked first.
   *
   * @throws MeetingProblem `bot.unavailable`.
   */
  async take(activity: Partial<Activity>): Promise<ParkedTurn | undefined> {
    const user = userOf(activity);
    if (user === undefined) return undefined;
    const parked = await written(this.#deps.parking.take(placeOf(user.personId, activity)));
    return parked === undefined ? undefined : toParkedTurn(parked);
  }

  /** `signin/tokenExchange`: a Teams client hands over the single sign-on token of its person. */
  async exchange(activity: Activity): Promise<SignedIn> {
    const asked = exchangeOf(activity);
    const user = userOf(activity);
    if (asked === undefined || user === undefined) return { response: { status: 400 }, isNew: false };
    const key = JSON.stringify([placeOf(user.personId, activity), asked.id]);
    return this.#exchanges.run(key, async () => {
      if (this.#exchanged.get(key) === true) return { response: accepted(asked), isNew: false };
      const refusal = await this.#exchange(activity, { user, asked });
      if (refusal !== undefined) {
        this.#deps.log.info('signIn.notExchanged', { reason: refusal, by: user.personId });
        return { response: refused(asked, refusal), isNew: false };
      }
      this.#exchanged.set(key, true);
      this.#deps.log.info('signIn.done', { by: user.personId, how: 'exchange' });
      return { response: accepted(asked), isNew: true };
    });
  }

  /**
   * `signin/verifyState`: the window of the sign-in button hands over its number.
   *
   * @throws MeetingProblem `signIn.otherPerson` when somebody else signed in there; `signIn.unavailable`.
   */
  async verify(activity: Activity): Promise<SignedIn> {
    const user = userOf(activity);
    const value: unknown = activity.value;
    const code = typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined;
    if (user === undefined || typeof code !== 'string' || !/^[\w-]{1,100}$/u.test(code)) {
      return { response: { status: 400 }, isNew: false };
    }
    const token = await this.#deps.userTokens.get(user, code);
    if (token === undefined) return { response: { status: 404 }, isNew: false };
    await this.#checkOwner(token, { personId: user.personId, user });
    this.#deps.log.info('signIn.done', { by: user.personId, how: 'window' });
    return { response: { status: 200 }, isNew: true };
  }

  /** @returns why not; undefined when it went well. */
  async #exchange(
    activity: Activity,
    { user, asked }: { user: ChannelUser & { readonly personId: string }; asked: ExchangeRequest },
  ): Promise<string | undefined> {
    const { connection, userTokens, tenantId, parking } = this.#deps;
    const { personId } = user;
    if (asked.connectionName !== connection) return 'this bot has no such connection';
    const owner = await parking.ownerOf(asked.id).catch(() => NOBODY_KNOWS);
    if (owner === NOBODY_KNOWS) return 'the database does not answer';
    const isShared = activity.conversation.conversationType !== 'personal';
    // In a group every member's client answers the card.
    if (owner === undefined ? isShared : owner !== personId) return 'the card is for somebody else';
    if (!isOwn(asked.token, { personId, tenantId })) return 'the token is of somebody else';
    const token = await userTokens.exchange(user, asked.token).catch((error: unknown) => {
      if (error instanceof MeetingProblem) return undefined;
      throw error;
    });
    if (token === undefined) return 'the token service cannot exchange the token';
    if (isOwn(token, { personId, tenantId })) return undefined;
    await userTokens.signOut(user);
    return 'the exchanged token is of somebody else';
  }

  async #park(
    { place, id }: { place: ParkingPlace; id: string },
    { request, exchangeId }: { request: unknown; exchangeId: string | undefined },
  ): Promise<void> {
    const { parking } = this.#deps;
    await written(parking.park(place, { id, request }));
    if (exchangeId !== undefined) await written(parking.ownCard(exchangeId, place.personId));
  }

  async #checkOwner(token: string, { personId, user }: { personId: string; user: ChannelUser }): Promise<void> {
    const { tenantId, userTokens } = this.#deps;
    if (claimsOf(token).oid === undefined) {
      throw new MeetingProblem('signIn.notSetUp', { cause: 'the OAuth connection gives tokens without an oid' });
    }
    if (isOwn(token, { personId, tenantId })) return;
    await userTokens.signOut(user);
    throw new MeetingProblem('signIn.otherPerson', { cause: 'the token is of another person or directory' });
  }
}

/** No id of the directory. */
const NOBODY_KNOWS = '';

/** @throws MeetingProblem `bot.unavailable` when the store does not answer. */
async function written<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    throw new MeetingProblem('bot.unavailable', { cause: String(error) });
  }
}

interface ExchangeRequest {
  readonly id: string;
  readonly connectionName: string;
  readonly token: string;
}

function wordsFor({ person, place, reader }: Turn, way: SignInWay): string {
  const words = texts(reader.locale);
  if (way === 'interactive') return words.moreProof;
  return place.kind === 'personal' ? words.inPersonal : words.inShared(plainLine(person.name, 80));
}

/** The person of the directory, and how the chat calls them. */
function userOf({ from, channelId }: Partial<Activity>): (ChannelUser & { personId: string }) | undefined {
  const parts: readonly unknown[] = [from?.aadObjectId, from?.id, channelId];
  const [personId, userId, channel] = parts.map((part) => (typeof part === 'string' && part !== '' ? part : undefined));
  if (personId === undefined || userId === undefined || channel === undefined) return undefined;
  return { personId, userId, channelId: channel };
}

function placeOf(personId: string, { conversation }: Partial<Activity>): ParkingPlace {
  return { personId, conversationId: conversation?.id ?? '' };
}

function isOwn(token: string, { personId, tenantId }: { personId: string; tenantId: string }): boolean {
  const { oid, tid } = claimsOf(token);
  return oid?.toLowerCase() === personId.toLowerCase() && tid?.toLowerCase() === tenantId.toLowerCase();
}

function exchangeOf({ value }: Activity): ExchangeRequest | undefined {
  const { id, connectionName, token } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof id !== 'string' || typeof connectionName !== 'string' || typeof token !== 'string') return undefined;
  return { id, connectionName, token };
}

function accepted({ id, connectionName }: ExchangeRequest): InvokeResponse {
  return { status: 200, body: { id, connectionName } };
}

/** Makes Teams show the button, where the person can agree or sign in. */
function refused({ id, connectionName }: ExchangeRequest, failureDetail: string): InvokeResponse {
  return { status: 412, body: { id, connectionName, failureDetail } };
}
