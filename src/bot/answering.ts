import { type Command, type CommandContext, didYouMeanReply, type Reply, summaries } from '../commands';
import { isPassing, MeetingProblem, OutcomeOpenError, SignInNeeded } from '../meetings/errors';
import { MAX_MESSAGE_LENGTH } from '../meetings/limits';

import { mentionedIn, repliesToOf, wordsOf } from './activity-text';
import { type CardAction, cardActionOf } from './card-action';
import { routeWords } from './command-router';
import { isForeseen } from './explain';
import { placeToTell } from './reminder-place';
import type { Roster } from './roster';
import { explainedInLine, type Turn } from './turns';

/** Finds the command that an activity asks for, and runs it. */
export class Answering {
  readonly #commands: readonly Command[];
  readonly #now: () => Date;

  readonly #roster: Roster;

  constructor(deps: { commands: readonly Command[]; now: () => Date; roster: Roster }) {
    this.#commands = deps.commands;
    this.#roster = deps.roster;
    this.#now = deps.now;
  }

  /** How what is asked for has to be done: `no` mark outside the chat is left, or `once` or `each` time it is asked for. */
  lasts(turn: Pick<Turn, 'activity'>): 'no' | 'once' | 'each' {
    const action = cardActionOf(turn.activity);
    if (action !== undefined) return this.#owner(action)?.lasting?.verbs?.[action.verb] ?? 'no';
    const routed = routeWords(wordsOf(turn.activity), this.#commands);
    return routed?.command.lasting?.words?.(routed.args) === true ? 'each' : 'no';
  }

  /** Whether what is asked for makes no sense any more in ten minutes. */
  isForNow(turn: Pick<Turn, 'activity'>): boolean {
    const action = cardActionOf(turn.activity);
    const words = wordsOf(turn.activity);
    const command = action === undefined ? routeWords(words, this.#commands)?.command : this.#owner(action);
    return command?.lasting?.isForNow === true;
  }

  /** What is asked for, as the journal and metrics name it: a command or a verb; `message` for any other words. */
  kindOf(turn: Pick<Turn, 'activity'>): string {
    const action = cardActionOf(turn.activity);
    if (action !== undefined) return action.verb;
    return routeWords(wordsOf(turn.activity), this.#commands)?.command.name ?? 'message';
  }

  /** Answers the words of a message, or the button that was pressed. */
  async reply(turn: Turn): Promise<Reply> {
    const action = cardActionOf(turn.activity);
    return action === undefined ? this.#toWords(turn) : this.#toAction(turn, action);
  }

  async #toWords(turn: Turn): Promise<Reply> {
    const words = wordsOf(turn.activity);
    if (words.length > MAX_MESSAGE_LENGTH) {
      const facts = { length: words.length, limit: MAX_MESSAGE_LENGTH };
      throw new MeetingProblem('input.messageTooLong', { facts });
    }
    const routed = routeWords(words, this.#commands);
    const { reader, place } = turn;
    if (routed === undefined) return didYouMeanReply({ reader, place, commands: summaries(reader.locale) }, words);
    turn.log.info('command', { command: routed.command.name, place: place.kind });
    return routed.command.run(this.#context(turn), routed.args);
  }

  async #toAction(turn: Turn, action: CardAction): Promise<Reply> {
    const handler = this.#owner(action)?.actions?.[action.verb];
    if (handler === undefined) throw new MeetingProblem('input.cardTooOld');
    turn.log.info('action', { verb: action.verb, place: turn.place.kind });
    return handler(this.#context(turn), action.data);
  }

  #owner({ verb }: CardAction): Command | undefined {
    const [name = ''] = verb.split('.');
    return this.#commands.find((command) => command.name === name);
  }

  #context(turn: Turn): CommandContext {
    const { person, place, viewpoint, reader, onceKey, guard, log, signal } = turn;
    const commands = this.#commands;
    const context: CommandContext = {
      ...{ person, place, viewpoint, reader, onceKey, guard, log, signal, now: this.#now },
      get meetings() {
        return turn.meetings();
      },
      tellAt: (cards) => placeToTell(turn.activity, cards),
      mentions: mentionedIn(turn.activity),
      people: this.#roster.around(turn, turn.isPersonal),
      repliesTo: repliesToOf(turn.activity),
      commands: summaries(reader.locale),
      explain: (error) => {
        // No form can help there.
        if (error instanceof SignInNeeded || error instanceof OutcomeOpenError) throw error;
        // What passes, or may be done already, is tried again: a form that says otherwise would lie.
        const isWrittenDown = guard.marker !== '';
        if (isWrittenDown && (isPassing(error) || !isForeseen(error))) throw error;
        return explainedInLine(error, turn);
      },
      runCommand: async (name, args) => {
        const found = commands.find((candidate) => candidate.name === name);
        if (found === undefined) throw new MeetingProblem('input.cardTooOld');
        return found.run(context, args);
      },
    };
    return context;
  }
}
