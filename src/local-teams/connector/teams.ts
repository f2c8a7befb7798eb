import { type Answer } from '../http/exchange';
import { type Team } from '../world/model';

import { type ConnectorCall, type ConnectorParts } from './call';
import { connectorErrors } from './errors';

/** GET /v3/teams/:teamId */
export function getTeamDetails(parts: ConnectorParts, call: ConnectorCall): Answer {
  const team = teamOf(parts, call);
  const { id, name, aadGroupId, memberIds } = team;
  const body = { id, name, aadGroupId, type: 'standard', channelCount: channelsOf(parts, team).length };
  return { status: 200, body: { ...body, memberCount: memberIds.length } };
}

/** GET /v3/teams/:teamId/conversations: the channels. As in Teams, General has no name. */
export function listChannels(parts: ConnectorParts, call: ConnectorCall): Answer {
  const team = teamOf(parts, call);
  const conversations = channelsOf(parts, team).map(({ id, title }) => ({
    id,
    name: id === team.id ? null : title,
    type: 'standard',
  }));
  return { status: 200, body: { conversations } };
}

function channelsOf({ store }: ConnectorParts, team: Team): { id: string; title: string }[] {
  return store.world.conversations.filter(({ teamId }) => teamId === team.id);
}

function teamOf({ store }: ConnectorParts, call: ConnectorCall): Team {
  const team = store.findTeam(call.parameter('teamId'));
  const general = store.world.conversations.find(({ id }) => id === team?.id);
  if (team === undefined || general === undefined) throw connectorErrors.teamNotFound();
  if (!general.installed) throw connectorErrors.notInRoster();
  return team;
}
