import type { Storage } from '../adapters/storage/storage';
import type { ConferAdapter } from '../bot/confer-adapter';
import type { SeenPeople } from '../bot/seen-people';
import { SignIn } from '../bot/sign-in';
import { BotUserTokens } from '../bot/user-tokens';
import type { Config } from '../config/config';
import type { Logger } from '../shared/logger';

/** What people said is not kept longer than it may wait. */
const FORGET_MS = 60_000;

/** What the sign-in of people is made from. */
export interface SignInParts {
  readonly adapter: ConferAdapter;
  readonly store: Pick<Storage, 'parking'>;
  readonly people: SeenPeople;
  readonly tenantId: string;
  readonly log: Logger;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/**
 * Lets people sign in, and forgets what waited too long for that, also for processes that are gone.
 *
 * @returns undefined where a service account acts for everybody.
 */
export function openSignIn(
  way: Config['signIn'],
  { adapter, store, stopping, ...deps }: SignInParts,
): SignIn | undefined {
  if (way.kind !== 'modern') return undefined;
  const { parking } = store;
  const forgetting = setInterval(() => {
    parking.forgetOver().catch((error: unknown) => {
      deps.log.warn('parked.notForgotten', { error: String(error) });
    });
  }, FORGET_MS).unref();
  stopping.addEventListener('abort', () => {
    clearInterval(forgetting);
  });
  const userTokens = new BotUserTokens(adapter.userTokenClient.bind(adapter), way.connection);
  return new SignIn({ ...deps, connection: way.connection, parking, userTokens });
}
