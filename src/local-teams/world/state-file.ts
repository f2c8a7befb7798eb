import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { StateFileError } from '../errors';
import { arrayAt, isObject, numberAt, textAt } from '../json';

import { type Conversation, type Message, type World } from './model';
import { createWorld } from './seed';
import { type WorldStore } from './store';

const saveDelayMs = 300;
const version = 1;

/**
 * The world of the last run: today's people and conversations with the messages kept in the file.
 *
 * @throws StateFileError when the file holds something else.
 */
export async function loadWorld(path: string): Promise<World> {
  const world = createWorld();
  const text = await readIfThere(path);
  if (text === undefined) return world;
  const saved = decodeState(path, text);
  return {
    ...world,
    conversations: world.conversations.map((conversation) => restore(conversation, saved.get(conversation.key))),
  };
}

/** Saves the world a moment after each change, and once more on `stop`. */
export class StateFile {
  readonly #path: string;
  readonly #store: WorldStore;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string, store: WorldStore) {
    this.#path = path;
    this.#store = store;
    this.#unsubscribe = store.subscribe((event) => {
      if (event.type !== 'typing') this.#schedule();
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#save();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A full disk must not end the chat; the next change and the last save on stop try again.
      this.#save().catch(() => undefined);
    }, saveDelayMs);
  }

  async #save(): Promise<void> {
    const write = async (): Promise<void> => {
      const state = { version, conversations: this.#store.world.conversations };
      const draft = `${this.#path}.new`;
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(draft, JSON.stringify(state, null, 1));
      await rename(draft, this.#path);
    };
    this.#saving = this.#saving.then(write, write);
    await this.#saving;
  }
}

interface SavedConversation {
  readonly installed: boolean;
  readonly messages: readonly Message[];
}

function restore(conversation: Conversation, saved: SavedConversation | undefined): Conversation {
  return saved === undefined
    ? conversation
    : { ...conversation, installed: saved.installed, messages: [...saved.messages] };
}

function decodeState(path: string, text: string): Map<string, SavedConversation> {
  const state = parse(path, text);
  if (numberAt(state, 'version') !== version) throw new StateFileError(path, undefined);
  const entries = arrayAt(state, 'conversations').map((value): [string, SavedConversation] => [
    textAt(value, 'key') ?? '',
    {
      installed: isObject(value) && value.installed === true,
      messages: arrayAt(value, 'messages').filter((message) => isMessage(message)),
    },
  ]);
  return new Map(entries);
}

function isMessage(value: unknown): value is Message {
  const hasIdentity = textAt(value, 'id') !== undefined && textAt(value, 'createdAt') !== undefined;
  if (!hasIdentity || !isObject(value)) return false;
  return isObject(value.from) && Array.isArray(value.attachments) && isViews(value.views);
}

function isViews(value: unknown): boolean {
  return value === undefined || (isObject(value) && Object.values(value).every((view) => Array.isArray(view)));
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StateFileError(path, error);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isObject(error) && error.code === 'ENOENT') return undefined;
    throw new StateFileError(path, error);
  }
}
