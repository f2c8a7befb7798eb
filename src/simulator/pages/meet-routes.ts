import { bringIn, takeOut, visitorNamed } from '../calls/visitors';
import type { Exchange } from '../http/exchange';
import { WebServerProblem } from '../http/problem';
import type { Meeting } from '../model/meeting';
import type { Route } from '../routes/route';
import type { World } from '../world';

import { pageHeaders } from './html';
import { meetPage, unknownMeetingPage } from './meet-page';
import { MEETING_INFORMATION_TYPE, meetingInformation } from './meeting-information';
import { checkSameSite } from './same-site';

const path = '/meet/:slug/:meeting';

/** What join URLs lead to: information for clients, a page for people, and the demo's own way in. */
export function meetRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path,
      handle: (exchange) => {
        show(exchange, world);
      },
    },
    { method: 'POST', path: `${path}/join`, handle: async (exchange) => move(exchange, world, bringIn) },
    { method: 'POST', path: `${path}/leave`, handle: async (exchange) => move(exchange, world, takeOut) },
  ];
}

function show(exchange: Exchange, world: World): void {
  const meeting = meetingOf(exchange, world);
  if (meeting === undefined) {
    exchange.html(404, unknownMeetingPage(), pageHeaders);
  } else if ((exchange.header('accept') ?? '').toLowerCase().includes(MEETING_INFORMATION_TYPE)) {
    const contentType = `${MEETING_INFORMATION_TYPE}; charset=utf-8`;
    exchange.send(200, meetingInformation(world, meeting), {
      'Content-Type': contentType,
      'Cache-Control': 'no-cache',
    });
  } else {
    exchange.html(200, meetPage(world, meeting), pageHeaders);
  }
}

async function move(exchange: Exchange, world: World, act: typeof bringIn | typeof takeOut): Promise<void> {
  checkSameSite(exchange, world.meetOrigin);
  const meeting = meetingOf(exchange, world);
  if (meeting === undefined) {
    exchange.html(404, unknownMeetingPage(), pageHeaders);
    return;
  }
  const form = new URLSearchParams((await exchange.body()).toString('utf8'));
  const person = form.get('person') ?? '';
  if (!/^sip:[^\s@]+@[^\s@]+$/.test(person)) throw new WebServerProblem(400, 'Nobody was chosen.');
  act(world, meeting, visitorNamed(world.company, person));
  exchange.send(303, '', { Location: exchange.url.pathname.replace(/\/[^/]+$/, '') });
}

function meetingOf(exchange: Exchange, world: World): Meeting | undefined {
  const meeting = world.meetings.find(exchange.param('meeting'));
  const slug = exchange.param('slug').toLowerCase();
  return meeting?.organizer.account.toLowerCase() === slug ? meeting : undefined;
}
