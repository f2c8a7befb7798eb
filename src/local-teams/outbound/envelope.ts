import { type JsonObject } from '../json';
import { type Bot, type Conversation, type Person, type Team } from '../world/model';

/** An activity on its way to the bot. */
export interface OutboundActivity extends JsonObject {
  readonly type: string;
  readonly id: string;
}

/** Where and by whom something happens, as far as an activity needs to tell the bot. */
export interface Scene {
  readonly tenantId: string;
  readonly serviceUrl: string;
  readonly bot: Bot;
  readonly person: Person;
  readonly conversation: Conversation;
  readonly threadId?: string;
  readonly team?: Team;
  readonly now: Date;
}

/** What every activity carries; only `channelData` is ever added to. */
export interface Envelope extends JsonObject {
  readonly channelData: JsonObject;
}

/**
 * The part that every activity from Teams has in common.
 *
 * Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations, activity samples of each scope.
 */
export function envelope(scene: Scene): Envelope {
  const { person, bot, now } = scene;
  return {
    channelId: 'msteams',
    serviceUrl: scene.serviceUrl,
    timestamp: now.toISOString(),
    localTimestamp: localTimestamp(now, person.timezone),
    localTimezone: person.timezone,
    locale: person.locale,
    from: { id: person.id, name: person.name, aadObjectId: person.aadObjectId },
    recipient: { id: bot.id, name: bot.name },
    conversation: conversationAccount(scene),
    channelData: channelData(scene),
  };
}

/** The entity by which the bot learns language and time zone of the reader. */
export function clientInfo({ locale, country, timezone }: Person): JsonObject {
  return { type: 'clientInfo', locale, country, platform: 'Web', timezone };
}

/** The conversation's id on the wire: a thread of a channel has its own. */
export function wireConversationId(conversation: Conversation, threadId: string | undefined): string {
  return threadId === undefined ? conversation.id : `${conversation.id};messageid=${threadId}`;
}

function conversationAccount({ conversation, threadId, tenantId }: Scene): JsonObject {
  return {
    id: wireConversationId(conversation, threadId),
    conversationType: conversation.kind,
    tenantId,
    ...(conversation.kind === 'personal' ? {} : { isGroup: true }),
    ...(conversation.kind === 'groupChat' ? { name: conversation.title } : {}),
  };
}

function channelData({ conversation, team, tenantId }: Scene): JsonObject {
  const tenant = { tenant: { id: tenantId } };
  if (conversation.kind !== 'channel' || team === undefined) return tenant;
  return {
    teamsChannelId: conversation.id,
    teamsTeamId: team.id,
    channel: { id: conversation.id },
    team: { id: team.id, name: team.name, aadGroupId: team.aadGroupId },
    ...tenant,
  };
}

/** `2026-11-20T09:30:00.000+01:00`: the moment as the clock on the person's wall shows it. */
export function localTimestamp(moment: Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(
    moment,
  );
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const offset = name === 'GMT' ? '+00:00' : name.replace('GMT', '');
  const [hours = '0', minutes = '0'] = offset.slice(1).split(':');
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (offset.startsWith('-') ? -1 : 1);
  return new Date(moment.getTime() + offsetMs).toISOString().replace('Z', offset);
}
