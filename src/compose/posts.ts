import { setTimeout as sleepFor } from 'node:timers/promises';

import { ConferAdapter, type ConferAdapterDeps } from '../bot/confer-adapter';
import { Conversations } from '../bot/conversations';
import { Posts } from '../bot/posts';
import type { MeetingsOfPeople } from '../meetings/personal-meetings';
import type { ConversationStore, PostStore } from '../posts/ports';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Pace } from '../shared/pace';
import type { Paces } from '../shared/paces';
import { SteadyPaces } from '../shared/steady-paces';

/** What everything that goes out is made from. */
export interface OutgoingSources extends Pick<ConferAdapterDeps, 'credentials' | 'appId' | 'connector'> {
  readonly store: { readonly posts: PostStore; readonly conversations: ConversationStore; readonly paces: Paces };
  /** Whether the bot may speak to an address. */
  readonly mayAnswer: (serviceUrl: unknown) => boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
}

/** What speaks to the chat. */
export interface Outgoing {
  readonly adapter: ConferAdapter;
  /** What goes out besides answers. */
  posts(people: MeetingsOfPeople, pace: Pace): Posts;
  /** Learns from an activity where Confer can speak. Never rejects. */
  readonly see: (activity: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Builds what goes out, and what knows where and how often something may be sent. */
export function openOutgoing(sources: OutgoingSources): Outgoing {
  const { store, mayAnswer, log, metrics, stopping } = sources;
  const conversations = new Conversations({ store: store.conversations, mayAnswer, log });
  const paces = new SteadyPaces({ shared: store.paces, now: () => performance.now(), log });
  const sleep = async (ms: number): Promise<void> => sleepFor(ms, undefined, { signal: stopping });
  const adapter = new ConferAdapter({ ...sources, conversations, paces, sleep });
  const speakIn = adapter.speakIn.bind(adapter);
  return {
    adapter,
    posts: (people, pace) => new Posts({ store: store.posts, people, conversations, speakIn, pace, log, metrics }),
    see: conversations.see.bind(conversations),
  };
}
