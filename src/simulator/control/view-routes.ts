import { conferenceUri, type Meeting } from '../model/meeting';
import { uriOf } from '../model/principal';
import { pageHeaders } from '../pages/html';
import { noRequestPage, requestPage } from '../pages/request-page';
import { statusPage } from '../pages/status-page';
import { joinUrl } from '../resources/online-meeting';
import type { Route } from '../routes/route';
import type { World } from '../world';

import { checkLoopback, type ControlAnswer, ControlProblem, controlRoute } from './control-route';

/** Shows what the simulator holds, as JSON and as a page. */
export function viewRoutes(world: World): Route[] {
  const page: Route['handle'] = (exchange) => {
    checkLoopback(exchange);
    world.sweep();
    const { searchParams } = exchange.url;
    const refresh = Number(searchParams.get('refresh') ?? '');
    const refreshSeconds = Number.isInteger(refresh) && refresh > 0 ? refresh : undefined;
    const failedOnly = searchParams.get('show') === 'failed';
    exchange.html(200, statusPage(world, { failedOnly, refreshSeconds }), pageHeaders);
  };
  return [
    { method: 'GET', path: '/_sim', handle: page },
    { method: 'GET', path: '/_sim/', handle: page },
    controlRoute('GET', '/state', () => state(world)),
    controlRoute('GET', '/requests', () => world.requests.records),
    controlRoute('GET', '/requests/:number.json', ({ exchange }) => {
      const detail = world.requests.detail(Number(exchange.param('number')));
      if (detail === undefined) throw new ControlProblem(404, 'There is no such request among the last 500.');
      return { ...detail };
    }),
    {
      method: 'GET',
      path: '/_sim/requests/:number',
      handle: (exchange) => {
        checkLoopback(exchange);
        const detail = world.requests.detail(Number(exchange.param('number')));
        if (detail === undefined) exchange.html(404, noRequestPage(), pageHeaders);
        else exchange.html(200, requestPage(detail), pageHeaders);
      },
    },
  ];
}

function state(world: World): ControlAnswer {
  world.sweep();
  return {
    company: world.company.name,
    sipDomain: world.company.sipDomain,
    now: new Date(world.clock.now()).toISOString(),
    pools: world.pools,
    switches: world.switches,
    applications: world.applications.all().map(({ id, owner, input, pool, conversations, channels }) => ({
      id,
      owner: uriOf(owner),
      userAgent: input.userAgent,
      pool: pool.key,
      conversations: conversations.size,
      pendingGets: [...channels.values()].filter(({ isHeld }) => isHeld).length,
    })),
    meetings: world.meetings.all().map((meeting) => meetingState(world, meeting)),
    waitingFaults: world.faults.size,
  };
}

function meetingState(world: World, meeting: Meeting): Record<string, unknown> {
  const { id, kind, organizer, settings, etag, conferenceId } = meeting;
  const participants = [...(world.conferences.of(meeting)?.participants.values() ?? [])];
  return {
    onlineMeetingId: id,
    kind,
    organizer: organizer.uri,
    onlineMeetingUri: conferenceUri(meeting),
    joinUrl: joinUrl(meeting, world.meetOrigin),
    conferenceId,
    etag,
    ...settings,
    participants: participants.map(({ uri, role, inLobby }) => ({ uri, role, inLobby })),
  };
}
