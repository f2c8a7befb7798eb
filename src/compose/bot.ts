import { BotCredentials } from '../adapters/identity/bot-credentials';
import type { Storage } from '../adapters/storage/storage';
import { MeetingsBot } from '../bot/meetings-bot';
import { ReminderSweeper } from '../bot/reminder-sweeper';
import { reminderTeller } from '../bot/reminder-teller';
import { SeenPeople } from '../bot/seen-people';
import { SignInTurns } from '../bot/sign-in-turns';
import { commands } from '../commands';
import type { OperationStore } from '../journal/ports';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Pace } from '../shared/pace';
import type { Tracer } from '../shared/tracing';

import { type AccountSettings, openAccounts } from './accounts';
import { openHearing } from './limits';
import { openOutgoing } from './posts';
import { openSignIn } from './sign-in';
import { stopAll } from './stop';
import { openSweeper } from './sweeps';

/** What the bot is made from, besides the settings. */
export interface BotSources {
  readonly store: Storage;
  readonly journal: OperationStore;
  readonly pace: Pace;
  readonly now: () => Date;
  /** Whether the bot may speak to an address. */
  readonly mayAnswer: (serviceUrl: unknown) => boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** The bot, and everything that works beside it. */
export interface BotAtWork {
  readonly hearing: ReturnType<typeof openHearing>;
  /** Called when there is somebody to listen to. */
  begin(): void;
  /** Ends what people wait for, and gives back what others can go on with. */
  stop(): Promise<void>;
  /** Gives the accounts on the server back. */
  readonly close: () => Promise<void>;
}

/** Builds everything behind the web server. */
export async function openBot(settings: AccountSettings, sources: BotSources): Promise<BotAtWork> {
  const { store, journal, pace, now, mayAnswer, log, metrics, tracer, stopping } = sources;
  const { identity, cloud } = settings;
  const { appId, tenantId } = identity.kind === 'local' ? { appId: '', tenantId: '' } : identity;
  const bound = { credentials: credentialsOf(settings, log), appId, connector: cloud.tokenIssuer, mayAnswer };
  const { adapter, ...outgoing } = openOutgoing({ ...bound, store, log, metrics, stopping });
  const readers = new SeenPeople({ store: store.seenPeople });
  const singleSignOn = openSignIn(settings.signIn, { adapter, store, people: readers, tenantId, log, stopping });
  const { reminders } = store;
  const { people, begin, close } = await openAccounts(settings, { ...sources, reminders, singleSignOn });
  const journalKey = await store.secret('confer journalKey');
  const speakAt = adapter.speakAt.bind(adapter);
  const reminding = new ReminderSweeper({ reminders, journal, key: journalKey, log, metrics });
  const bot = new MeetingsBot({
    ...{ commands, people, store, readers, now, log, metrics, tracer, speakAt, stopping },
    ...{ pace, journal, journalKey, posts: outgoing.posts(people, pace) },
    askForMember: adapter.memberAround.bind(adapter),
    signIn: singleSignOn === undefined ? undefined : new SignInTurns(singleSignOn, speakAt),
    tell: reminderTeller({ mayAnswer }),
  });
  const sweeper = openSweeper({ store: store.sweeps, pace, log, stopping }, people);
  return {
    hearing: openHearing(settings, { adapter, bot, store, see: outgoing.see, key: journalKey, log, metrics }),
    begin: () => {
      bot.start();
      sweeper.start();
      begin();
      reminding.start();
    },
    stop: async () => stopAll([reminding.stop(), bot.stop(), sweeper.stopped()]),
    close,
  };
}

/** What the bot proves itself with, its first token on its way already. */
function credentialsOf({ identity, cloud }: AccountSettings, log: Logger): BotCredentials {
  const credentials = new BotCredentials({ identity, authorityHost: cloud.authorityHost, log });
  credentials.warm(cloud.tokenIssuer);
  return credentials;
}
