import { setTimeout as sleep } from 'node:timers/promises';

import type { ShownMessage } from '../chaos/chat-service';
import type { Random } from '../chaos/random';
import type { Chat } from '../stage/chat';
import type { Delivery } from '../stage/delivery';
import { cardInAnswer, cardOf, Speech } from '../stage/speech';

import { endsByItself, type Ledger, type Occupation } from './ledger';

type Json = Readonly<Record<string, unknown>>;

/** What people live with. */
export interface LifeParts {
  readonly chat: Chat;
  readonly delivery: Delivery;
  /** Addresses of the product. */
  readonly origins: () => readonly string[];
  readonly random: Random;
  readonly ledger: Ledger;
  /** Aborts when nothing new shall be begun. */
  readonly closing: AbortSignal;
}

/** Teams gives up on an answer after fifteen seconds; nobody waits longer than this for what follows. */
const answerMs = 15_000;
const patienceMs = 60_000;

/** Somebody leaves a meeting as it is for so long. */
const lingerMs = { least: 5000, most: 120_000 };

/** Share of messages that are delivered twice, and of clicks that are doubled, in percent. */
const twicePercent = 10;

/** Something that a person has to complain of; the rest of what they wanted to do makes no sense any more. */
class Complaint extends Error {}

/** One person in one chat, who does one thing from beginning to end, at the speed of people. */
export class Life {
  readonly #parts: LifeParts;
  readonly #speech: Speech;
  readonly #subject: string;

  constructor(parts: LifeParts, number: number) {
    this.#parts = parts;
    // A thousand people, who come again and again.
    this.#speech = new Speech(parts.chat.serviceUrl, (number % 1000) + 1, `soak-${String(number)}`);
    this.#subject = `Soak ${String(number)}.`;
  }

  /** Does it; what goes wrong is in the ledger. */
  async live(occupation: Occupation): Promise<void> {
    const { ledger, chat } = this.#parts;
    ledger.begin(occupation);
    try {
      await this.#occupations[occupation]();
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      ledger.complain(`${error.message} (${this.#subject} ${occupation})`);
    } finally {
      chat.forget(this.#speech.conversationId);
    }
  }

  readonly #occupations: Readonly<Record<Occupation, () => Promise<void>>> = {
    plan: async () => {
      await this.#say(`new ${this.#subject}`);
      await this.#keepMeeting();
    },
    'fill in': async () => {
      await this.#say('new');
      const form = await this.#see('a form', ({ shows }) => shows.includes('"new.save"'));
      await this.#think();
      if (this.#isClosing) return;
      await this.#click({ message: form, card: cardOf(form) }, 'new.save', { subject: this.#subject });
      await this.#keepMeeting();
    },
    start: async () => {
      const subject = `${endsByItself} ${this.#subject}`;
      await this.#say(`start ${subject}`);
      await this.#see('a card with the link', ({ shows }) => this.#isCardOf(shows, subject));
      this.#expectOneMessage();
    },
    list: async () => {
      await this.#say('list');
      await this.#see('a list', ({ shows }) => shows.includes('AdaptiveCard'));
      this.#expectOneMessage();
    },
  };

  /** A meeting was asked for: it is looked at, sometimes changed, and cancelled some time later. */
  async #keepMeeting(): Promise<void> {
    const { ledger, random } = this.#parts;
    ledger.stands(this.#subject);
    let message = await this.#see('the card of a new meeting', ({ shows }) => this.#isCardOf(shows, this.#subject));
    let subject = this.#subject;
    await this.#think();
    if (random.chance(50) && !this.#isClosing) {
      subject = `${this.#subject} Moved`;
      message = await this.#edit(message, subject);
    }
    await this.#pause(random.between(lingerMs.least, lingerMs.most));
    if (!this.#isClosing) await this.#cancel(message, subject);
    this.#expectOneMessage();
  }

  async #edit(message: ShownMessage, subject: string): Promise<ShownMessage> {
    const form = await this.#cardAfter({ message, card: cardOf(message) }, 'edit.open');
    await this.#think();
    await this.#click({ message, card: form }, 'edit.save', { subject });
    this.#parts.ledger.isGone(this.#subject);
    this.#parts.ledger.stands(subject);
    return this.#see('the changed card', ({ shows }) => this.#isCardOf(shows, subject));
  }

  async #cancel(message: ShownMessage, subject: string): Promise<void> {
    const question = await this.#cardAfter({ message, card: cardOf(message) }, 'cancel.ask');
    await this.#click({ message, card: question }, 'cancel.confirm');
    this.#parts.ledger.isGone(subject);
    await this.#see('that it is cancelled', ({ shows }) => shows.includes('no longer works'));
  }

  #isCardOf(shows: string, subject: string): boolean {
    return shows.includes('AdaptiveCard') && shows.includes(`"${subject}"`);
  }

  async #say(text: string): Promise<void> {
    const activity = this.#speech.says(text);
    const isTwice = this.#parts.random.chance(twicePercent);
    await Promise.all((isTwice ? [activity, activity] : [activity]).map(async (each) => this.#send(each)));
  }

  /** @returns what came back for the first of one click or two. */
  async #click(on: { message: ShownMessage; card: Json }, verb: string, typed: Json = {}): Promise<string> {
    const isDouble = this.#parts.random.chance(twicePercent);
    const clicks = Array.from({ length: isDouble ? 2 : 1 }, () => this.#speech.clicks(on, verb, typed));
    const [first = ''] = await Promise.all(clicks.map(async (click) => this.#send(click)));
    return first;
  }

  async #cardAfter(on: { message: ShownMessage; card: Json }, verb: string): Promise<Json> {
    const answer = await this.#click(on, verb);
    const card = cardInAnswer(answer);
    if (card === undefined) throw new Complaint(`no card after ${verb}, but ${answer.slice(0, 200)}`);
    return card;
  }

  async #send(activity: object): Promise<string> {
    const { delivery, ledger, origins } = this.#parts;
    const all = origins();
    const origin = all[ledger.sent % all.length] ?? '';
    ledger.sent += 1;
    const answer = await delivery.post(origin, activity, AbortSignal.timeout(answerMs));
    if (answer?.status !== 200) throw new Complaint(`not acknowledged: ${String(answer?.status ?? 'no answer')}`);
    return answer.text;
  }

  async #see(what: string, looksSo: (message: ShownMessage) => boolean): Promise<ShownMessage> {
    const { chat } = this.#parts;
    const { conversationId } = this.#speech;
    try {
      return await chat.shown(conversationId, looksSo, AbortSignal.timeout(patienceMs));
    } catch {
      const seen = chat.visible(conversationId).map(({ shows }) => shows.slice(0, 200));
      throw new Complaint(`never saw ${what}, but ${JSON.stringify(seen)}`);
    }
  }

  #expectOneMessage(): void {
    const { length } = this.#parts.chat.visible(this.#speech.conversationId);
    if (length !== 1) throw new Complaint(`${String(length)} messages in place of one`);
  }

  get #isClosing(): boolean {
    return this.#parts.closing.aborted;
  }

  async #think(): Promise<void> {
    await this.#pause(this.#parts.random.between(500, 3000));
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#parts.closing }).catch(() => undefined);
  }
}
