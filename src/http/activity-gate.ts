import { isLoopback } from '../shared/loopback';
import type { VerifiedCaller } from '../shared/verified-caller';

import { type Refusal, refuse } from './refusals';

/** What the envelope of an activity must look like before anything else looks at it. */
export interface ActivityRules {
  /** Without an app id anybody could speak to the bot, so only this machine may be spoken back to. */
  readonly localOnly: boolean;
  /** Hosts of the Bot Connector, exact names; where `plainHttp` is on, with the port. */
  readonly serviceHosts: readonly string[];
  /** Tenants whose people Confer works for; lower case. Of no meaning in local mode. */
  readonly tenants?: readonly string[];
  /** Lets a service URL of this machine be http: for tests against a double of the Bot Connector. */
  readonly plainHttp?: boolean;
}

/** A captured activity can be sent again for as long as its token lives: about an hour. */
const MAX_AGE_MS = 60 * 60_000;

/** Clocks of two machines may differ by so much; see the token verifier. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** What the gate thinks of an activity: whose people it comes from, or why it may not go on. */
export type Judgement = { readonly kind: 'ours' } | { readonly kind: 'foreignTenant' } | Refusal;

/** Collaborators of {@link judgeActivity}. */
export interface GateContext {
  readonly rules: ActivityRules;
  readonly caller: VerifiedCaller;
  readonly now: Date;
}

/** Checks the envelope of an activity whose caller was verified: shape, channel, tenant, service URL and age. */
export function judgeActivity(activity: Readonly<Record<string, unknown>>, context: GateContext): Judgement {
  if (!isText(activity.type)) return refuse('ActivityTypeMissing');
  if (!hasId(activity.from)) return refuse('ActivityFromMissing');
  if (!hasId(activity.conversation)) return refuse('ActivityConversationMissing');
  if (context.caller.kind === 'connector') return judgeTeamsActivity(activity, context.caller, context);
  return isAllowedServiceUrl(activity.serviceUrl, context.rules) ? { kind: 'ours' } : refuse('ServiceUrlNotAllowed');
}

function judgeTeamsActivity(
  activity: Readonly<Record<string, unknown>>,
  caller: VerifiedCaller & { kind: 'connector' },
  { rules, now }: GateContext,
): Judgement {
  if (activity.channelId !== 'msteams') return refuse('ActivityChannelNotTeams');
  const tenant = tenantOf(activity);
  if (typeof tenant !== 'string') return tenant;
  // Whoever may not be answered at this address is nobody: the token said something else than the body.
  if (!isAllowedServiceUrl(activity.serviceUrl, rules)) return refuse('Unauthorized', 'serviceUrl.host');
  if (activity.serviceUrl !== caller.serviceUrl) return refuse('Unauthorized', 'serviceUrl.differs');
  if (!isRecent(activity.timestamp, now)) return refuse('ActivityTimeNotAllowed');
  return rules.tenants?.includes(tenant) === true ? { kind: 'ours' } : { kind: 'foreignTenant' };
}

/** Whether the bot may answer to this address: it sends its token there. */
export function isAllowedServiceUrl(serviceUrl: unknown, rules: ActivityRules): boolean {
  if (!isText(serviceUrl) || !URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, host, username, password, port } = new URL(serviceUrl);
  if (username !== '' || password !== '') return false;
  if (rules.localOnly) {
    return isLoopback(hostname) && /^https?:$/u.test(protocol);
  }
  if (rules.plainHttp === true && protocol === 'http:' && isLoopback(hostname))
    return rules.serviceHosts.includes(host);
  return protocol === 'https:' && port === '' && rules.serviceHosts.includes(hostname);
}

/** The tenant, which Teams writes in two places: at least one must be there, and they must not differ. */
function tenantOf({ conversation, channelData }: Readonly<Record<string, unknown>>): string | Refusal {
  const named = [propertyOf(conversation, 'tenantId'), propertyOf(propertyOf(channelData, 'tenant'), 'id')];
  const [first, ...others] = named.filter((tenant) => tenant !== undefined && tenant !== null);
  if (!isText(first)) return refuse('ActivityTenantMissing');
  if (others.some((other) => other !== first)) return refuse('ActivityTenantsDiffer');
  return first.toLowerCase();
}

/** Not older than a token, and not from a future that would let it be sent again for longer. */
function isRecent(timestamp: unknown, now: Date): boolean {
  const ageMs = typeof timestamp === 'string' ? now.getTime() - Date.parse(timestamp) : Number.NaN;
  return ageMs <= MAX_AGE_MS && ageMs >= -CLOCK_SKEW_MS;
}

function hasId(value: unknown): boolean {
  return isText(propertyOf(value, 'id'));
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
