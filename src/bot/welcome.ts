import type { TurnContext } from 'botbuilder';

import { type CommandSummary, welcomeReply } from '../commands';
import type { OneTimeKeys } from '../shared/one-time-keys';

import { toActivity } from './reply-activity';
import type { Turns } from './turns';

/** Collaborators of {@link Welcome}. */
export interface WelcomeDeps {
  readonly turns: Turns;
  /** Where nobody was welcomed yet: the same for all processes. */
  readonly keys: OneTimeKeys;
  /** What there is to say, in the language of the reader. */
  readonly summaries: (locale: string) => readonly CommandSummary[];
  readonly limitMs: number;
}

/** Says hello where Confer comes to. */
export class Welcome {
  readonly #deps: WelcomeDeps;

  constructor(deps: WelcomeDeps) {
    this.#deps = deps;
  }

  /** Once in a conversation, however many activities say that Confer was added, and to whichever processes. */
  async greet(context: TurnContext): Promise<void> {
    const { turns, keys, summaries, limitMs } = this.#deps;
    const { activity } = context;
    const key = `welcome ${activity.conversation.id}`;
    if (!(await keys.claim(key))) return;
    try {
      await turns.run({ activity, limitMs }, async ({ reader, place }) => {
        const welcome = welcomeReply({ reader, place, commands: summaries(reader.locale) });
        await context.sendActivity(toActivity(welcome, reader.locale));
      });
    } catch (error) {
      await keys.release(key);
      throw error;
    }
  }
}
