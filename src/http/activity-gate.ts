import { isLoopback } from '../shared/loopback';

/** What the envelope of an activity must look like before anything else looks at it. */
export interface ActivityRules {
  /** Without an app id anybody could speak to the bot, so only this machine may be spoken back to. */
  readonly localOnly: boolean;
  /** Hosts of the Bot Connector, exact names. */
  readonly serviceHosts: readonly string[];
}

/** The public Bot Connector and its government siblings. Source: msteams-docs, send-proactive-messages.md. */
export const CONNECTOR_HOSTS = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
] as const;

/** Checks the envelope. @returns the code of what is wrong; undefined when the activity may go on. */
export function refuseActivity(activity: Readonly<Record<string, unknown>>, rules: ActivityRules): string | undefined {
  if (!isText(activity.type)) return 'ActivityTypeMissing';
  if (!hasId(activity.from)) return 'ActivityFromMissing';
  if (!hasId(activity.conversation)) return 'ActivityConversationMissing';
  if (!rules.localOnly && activity.channelId !== 'msteams') return 'ActivityChannelNotTeams';
  return isAllowedServiceUrl(activity.serviceUrl, rules) ? undefined : 'ServiceUrlNotAllowed';
}

/** Whether the bot may answer to this address: it sends its token there. */
export function isAllowedServiceUrl(serviceUrl: unknown, rules: ActivityRules): boolean {
  if (!isText(serviceUrl) || !URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, username, password, port } = new URL(serviceUrl);
  if (username !== '' || password !== '') return false;
  if (rules.localOnly) {
    return isLoopback(hostname) && /^https?:$/u.test(protocol);
  }
  return protocol === 'https:' && port === '' && rules.serviceHosts.includes(hostname);
}

function hasId(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && isText(value.id);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
