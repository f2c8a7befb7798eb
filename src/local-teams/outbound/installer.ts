import { type Person } from '../world/model';
import { type Place, type WorldStore } from '../world/store';

import { type InstallationAction, installationActivities } from './activities';
import { type BotClient, failureOf } from './bot-client';
import { type OutboundActivity } from './envelope';
import { type Scenes } from './scenes';

/** Whether the bot got what was sent; `failure` is a sentence for people. */
export interface Delivery {
  readonly failure?: string;
}

/** Adds the bot to conversations and removes it, telling it as Teams does. */
export class Installer {
  readonly #store: WorldStore;
  readonly #client: BotClient;
  readonly #scenes: Scenes;
  readonly #underWay = new Map<string, Promise<Delivery>>();

  constructor(store: WorldStore, client: BotClient, scenes: Scenes) {
    this.#store = store;
    this.#client = client;
    this.#scenes = scenes;
  }

  /** Adds the bot to the conversation (a channel: to its team) unless it is there; waits for one that is under way. */
  async ensureInstalled({ conversation }: Place, person: Person): Promise<Delivery> {
    const home = this.#store.installationOf(conversation);
    const underWay = this.#underWay.get(home.id);
    if (underWay !== undefined) return underWay;
    if (home.installed) return {};
    const installing = this.change({ conversation: home }, person, 'add').finally(() => {
      this.#underWay.delete(home.id);
    });
    this.#underWay.set(home.id, installing);
    return installing;
  }

  /** Adds or removes the bot and tells it so, whatever the state was before. */
  async change({ conversation }: Place, person: Person, action: InstallationAction): Promise<Delivery> {
    const home = this.#store.installationOf(conversation);
    const scene = this.#scenes.at({ conversation: home }, person);
    const activities = installationActivities(scene, action, [this.#store.nextId(), this.#store.nextId()]);
    this.#store.setInstalled(home, action === 'add');
    const delivery = await this.#sendAll(activities);
    // A bot that could not be told is greeted again the next time somebody opens the conversation.
    if (delivery.failure !== undefined && action === 'add') this.#store.setInstalled(home, false);
    return delivery;
  }

  async #sendAll(activities: readonly OutboundActivity[]): Promise<Delivery> {
    for (const activity of activities) {
      const delivery = failureOf(await this.#client.send(activity));
      if (delivery.failure !== undefined) return delivery;
    }
    return {};
  }
}
