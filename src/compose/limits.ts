import type { ConferAdapter } from '../bot/confer-adapter';
import { FloodLimits } from '../bot/flood-limits';
import { ForeignTenants } from '../bot/foreign-tenants';
import type { MeetingsBot } from '../bot/meetings-bot';
import type { Config } from '../config/config';
import type { HttpServerDeps } from '../http/server';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Quotas } from '../shared/quotas';

import type { Outgoing } from './posts';

/** What is heard. */
export interface HearingParts {
  readonly adapter: Pick<ConferAdapter, 'receive'>;
  readonly bot: Pick<MeetingsBot, 'run'>;
  readonly store: { readonly quotas: Quotas };
  /** Learns from what is listened to where Confer can speak. */
  readonly see: Outgoing['see'];
  /** Hides who was counted; the same in every process. */
  readonly key: Buffer;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What is behind the front door and in front of the bot: how much of whom is listened to, of all processes together. */
export function openHearing(
  { floodLimits }: Pick<Config, 'floodLimits'>,
  { adapter, bot, store, see, key, log, metrics }: HearingParts,
): Pick<HttpServerDeps, 'receive' | 'turnAway'> {
  const counting = { quotas: store.quotas, key, now: () => performance.now(), log };
  const floods = new FloodLimits({ ...counting, limits: floodLimits, metrics });
  const strangers = new ForeignTenants({ ...counting, adapter });
  return {
    receive: async (activity, caller) =>
      adapter.receive(activity, caller, async (context) => {
        await floods.admit(context, async () => {
          await see(activity);
          await bot.run(context);
        });
      }),
    turnAway: strangers.answer.bind(strangers),
  };
}
