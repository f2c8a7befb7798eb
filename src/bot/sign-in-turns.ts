import type { Activity, InvokeResponse, TurnContext } from 'botbuilder';

import { text } from '../commands';
import type { SignInNeeded } from '../meetings/errors';
import { defineTexts } from '../shared/texts';

import type { ParkedTurn } from './parked-turns';
import { toActivity } from './reply-activity';
import type { SignedIn, SignIn } from './sign-in';
import { explained, type Turn } from './turns';

const texts = defineTexts({ en: { signedIn: 'You are signed in. Please say again what I can do for you.' } });

/** Speaks where an activity came from, outside its turn. */
export type SpeakAt = (activity: Activity, work: (context: TurnContext) => Promise<void>) => Promise<void>;

/** Asks for sign-ins in the chat, answers what sign-in cards send, and lets what waited go on. */
export class SignInTurns {
  readonly #signIn: SignIn;
  readonly #speakAt: SpeakAt;

  constructor(signIn: SignIn, speakAt: SpeakAt) {
    this.#signIn = signIn;
    this.#speakAt = speakAt;
  }

  /** Remembers how the chat calls whoever wrote this. */
  see(activity: Partial<Activity>): void {
    this.#signIn.see(activity);
  }

  /** Puts the turn aside and posts a sign-in card. @returns what to say in its place, when there is none. */
  async ask(context: TurnContext, turn: Turn, needed: SignInNeeded): Promise<string | undefined> {
    try {
      const { card, parked } = await this.#signIn.ask(turn, needed);
      const sent = await context.sendActivity(card);
      parked.cardId = sent?.id;
      return undefined;
    } catch (error) {
      return explained(error, turn);
    }
  }

  /**
   * Answers an invoke `signin/…`, and carries on with what waited, once. The chat client does not wait for that.
   * Source: msteams-docs, "bot-sso-code.md".
   *
   * @param carryOn - runs the turn that waited, in its own conversation.
   */
  async answer(
    context: TurnContext,
    turn: Turn,
    carryOn: (context: TurnContext, parked: ParkedTurn) => Promise<void>,
  ): Promise<{ response: InvokeResponse; following?: Promise<void> }> {
    try {
      const { response, isNew } = await this.#signedIn(turn);
      const parked = isNew ? this.#signIn.take(turn.activity) : undefined;
      if (parked !== undefined) return { response, following: this.#follow(parked, carryOn) };
      if (isNew && turn.activity.name === 'signin/verifyState') {
        await context.sendActivity(toActivity(text(texts(turn.reader.locale).signedIn), turn.reader.locale));
      }
      return { response };
    } catch (error) {
      await context.sendActivity(toActivity(text(explained(error, turn)), turn.reader.locale));
      return { response: { status: 200 } };
    }
  }

  async #signedIn({ activity, log }: Turn): Promise<SignedIn> {
    if (activity.name === 'signin/tokenExchange') return this.#signIn.exchange(activity);
    if (activity.name === 'signin/verifyState') return this.#signIn.verify(activity);
    // The chat client says that it could not get a token; its card has a button all the same.
    const value: unknown = activity.value;
    const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined;
    log.warn('signIn.failed', { reason: typeof code === 'string' ? code.slice(0, 60) : 'unknown' });
    return { response: { status: 200 }, isNew: false };
  }

  async #follow(
    parked: ParkedTurn,
    carryOn: (context: TurnContext, parked: ParkedTurn) => Promise<void>,
  ): Promise<void> {
    await this.#speakAt(parked.activity, async (context) => {
      // Nobody else needs the card any more; one that is gone already does no harm.
      if (parked.cardId !== undefined) await context.deleteActivity(parked.cardId).catch(() => undefined);
      await carryOn(context, parked);
    });
  }
}
