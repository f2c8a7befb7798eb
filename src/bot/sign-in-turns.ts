import type { Activity, InvokeResponse, TurnContext } from 'botbuilder';

import { text } from '../commands';
import type { SignInNeeded } from '../meetings/errors';
import { defineTexts } from '../shared/texts';

import type { Manner } from './manner';
import type { ParkedTurn } from './parked-turns';
import { toActivity } from './reply-activity';
import type { SignedIn, SignIn } from './sign-in';
import { explained, type Turn } from './turns';

const texts = defineTexts({ en: { signedIn: 'You are signed in. Please say again what I can do for you.' } });

/** Speaks where an activity came from, outside its turn. */
export type SpeakAt = (
  activity: Activity,
  work: (context: TurnContext) => Promise<void>,
  manner?: Manner,
) => Promise<void>;

/** How what waited goes on. */
export interface CarryingOn {
  /**
   * Writes down what lasts, so that it is done whatever happens to this process.
   *
   * @returns false when it does not last: then it has to be run.
   * @throws MeetingProblem `bot.unavailable`: nothing was begun; `bot.unavailableOpen`: nobody knows.
   */
  readonly writeDown: (parked: ParkedTurn) => Promise<boolean>;
  /** Runs a turn, in its own conversation. */
  readonly run: (context: TurnContext, parked: ParkedTurn) => Promise<void>;
}

/** Asks for sign-ins in the chat, answers what sign-in cards send, and lets what waited go on. */
export class SignInTurns {
  readonly #signIn: SignIn;
  readonly #speakAt: SpeakAt;

  constructor(signIn: SignIn, speakAt: SpeakAt) {
    this.#signIn = signIn;
    this.#speakAt = speakAt;
  }

  /** Puts the turn aside and posts a sign-in card. @returns what to say in its place, when there is none. */
  async ask(context: TurnContext, turn: Turn, needed: SignInNeeded): Promise<string | undefined> {
    try {
      const { card, posted } = await this.#signIn.ask(turn, needed);
      const cardId = (await context.sendActivity(card))?.id;
      // Teams may have signed the person in before it told the id of the card.
      if (cardId !== undefined && !(await posted(cardId))) await removeCard(context, cardId);
      return undefined;
    } catch (error) {
      return explained(error, turn);
    }
  }

  /**
   * Answers an invoke `signin/…`, and carries on with what waited, once. The chat client waits for no more than that what lasts
   * is written down. Source: msteams-docs, "bot-sso-code.md".
   */
  async answer(
    context: TurnContext,
    turn: Turn,
    carryingOn: CarryingOn,
  ): Promise<{ response: InvokeResponse; following?: Promise<void> }> {
    try {
      const { response, isNew } = await this.#signedIn(turn);
      const parked = isNew ? await this.#signIn.take(turn.activity) : undefined;
      if (parked !== undefined) {
        const isWritten = await carryingOn.writeDown(parked);
        return { response, following: this.#follow(parked, isWritten ? undefined : carryingOn.run) };
      }
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

  async #follow(parked: ParkedTurn, run: CarryingOn['run'] | undefined): Promise<void> {
    await this.#speakAt(parked.activity, async (context) => {
      if (parked.cardId !== undefined) await removeCard(context, parked.cardId);
      await run?.(context, parked);
    });
  }
}

/** Nobody needs the card any more; one that is gone already does no harm. */
async function removeCard(context: TurnContext, cardId: string): Promise<void> {
  await context.deleteActivity(cardId).catch(() => undefined);
}
