import { tracedReceive } from '../bot/traced-receive';
import type { Config } from '../config/config';
import { type ActivityRules, isAllowedServiceUrl } from '../http/activity-gate';
import { FrontDoor } from '../http/front-door';
import type { ReadinessCheck } from '../http/readiness';
import { createHttpServer } from '../http/server';
import { SigningKeys, type SigningKeysDeps } from '../http/tokens/signing-keys';
import { TokenVerifier } from '../http/tokens/token-verifier';
import type { Tracer } from '../shared/tracing';

import type { openHearing } from './limits';

/** The settings that decide who is let in. */
export type DoorSettings = Pick<Config, 'identity' | 'cloud' | 'allowedTenants'>;

/** The web server with everything in front of the bot. */
export function openDoor(
  { identity, cloud }: DoorSettings,
  parts: Pick<Parameters<typeof createHttpServer>[0], 'readiness' | 'log' | 'metrics'> & {
    /** What is done with what was let in, and with what was not. */
    readonly hearing: ReturnType<typeof openHearing>;
    readonly keys: SigningKeys | undefined;
    readonly rules: ActivityRules;
    readonly now: () => Date;
    readonly tracer: Tracer;
  },
): ReturnType<typeof createHttpServer> {
  const { hearing, keys, rules, now, readiness, log, metrics, tracer } = parts;
  const appId = identity.kind === 'local' ? '' : identity.appId;
  const tokens = keys && new TokenVerifier({ appId, issuer: cloud.tokenIssuer, keys, now });
  return createHttpServer({
    door: new FrontDoor({ rules, tokens, now }),
    receive: tracedReceive(tracer, hearing.receive),
    turnAway: hearing.turnAway,
    ...{ readiness, log, metrics },
  });
}

/** What an activity must look like: from this machine in local mode, else from the Bot Connector of the cloud. */
export function rulesOf({ identity, cloud, allowedTenants }: DoorSettings): ActivityRules {
  return {
    localOnly: identity.kind === 'local',
    serviceHosts: cloud.serviceUrlHosts,
    tenants: allowedTenants,
    plainHttp: cloud.plainHttp,
  };
}

/** Whether the bot may speak to an address. */
export function mayAnswerUnder(rules: ActivityRules): (serviceUrl: unknown) => boolean {
  return (serviceUrl) => isAllowedServiceUrl(serviceUrl, rules);
}

/** The keys of the Bot Connector, on their way already: the first activity should not wait for them. */
export function signingKeysOf({ cloud }: DoorSettings, deps: Omit<SigningKeysDeps, 'metadataUrl'>): SigningKeys {
  const keys = new SigningKeys({ ...deps, metadataUrl: new URL(cloud.openIdMetadataUrl) });
  keys.renew();
  return keys;
}

/** Without keys nobody can be let in, so nobody should be sent here; every probe tries to get them. */
export function readinessOf(keys: SigningKeys | undefined): Readonly<Record<string, ReadinessCheck>> {
  if (keys === undefined) return {};
  return {
    keys: () => {
      keys.renew();
      return keys.usable;
    },
  };
}
