import { type Bot, type Person } from '../world/model';
import { type Place, type WorldStore } from '../world/store';

import { type Scene } from './envelope';

/** What is the same for every activity of a run. */
export interface Setting {
  readonly bot: Bot;
  readonly serviceUrl: string;
  readonly now: () => number;
}

/** Collects what an activity has to say about where, when and by whom. */
export class Scenes {
  readonly #store: WorldStore;
  readonly #setting: Setting;

  constructor(store: WorldStore, setting: Setting) {
    this.#store = store;
    this.#setting = setting;
  }

  get bot(): Bot {
    return this.#setting.bot;
  }

  /** The scene of `person` acting in `place`, now. */
  at({ conversation, threadId }: Place, person: Person): Scene {
    const team = this.#store.findTeam(conversation.teamId);
    const { bot, serviceUrl, now } = this.#setting;
    return {
      tenantId: this.#store.world.tenantId,
      serviceUrl,
      bot,
      person,
      conversation,
      now: new Date(now()),
      ...(threadId === undefined ? {} : { threadId }),
      ...(team === undefined ? {} : { team }),
    };
  }
}
