import type { FaultBox } from '../faults';
import { uriOf } from '../model/principal';
import type { Application, Conference, Participant } from '../model/session';
import { joinUrl } from '../resources/online-meeting';
import { defaultSwitches } from '../switches';
import type { World } from '../world';

import { failureReason } from './failure-reason';
import { type Html, html, page } from './html';
import { statusMark } from './status-mark';
import { tableSection } from './table';

const SHOWN_REQUESTS = 100;

/** What somebody wants to see of the page. */
export interface StatusView {
  /** Only requests that failed. */
  readonly failedOnly: boolean;
  /** Seconds until the page is asked for again; undefined: never. */
  readonly refreshSeconds: number | undefined;
}

/** What the simulator holds and what it was asked, for somebody debugging a client. */
export function statusPage(world: World, view: StatusView): string {
  const { refreshSeconds } = view;
  return page(
    'UCWA simulator',
    html`${head(world, view)} ${moods(world)} ${requests(world, view)} ${applications(world)} ${conversations(world)}
    ${meetings(world)} ${people(world)}`,
    { width: 'wide', ...(refreshSeconds !== undefined && { refreshSeconds }) },
  );
}

function head(world: World, view: StatusView): Html {
  const [first] = world.pools;
  const { aheadMs } = world.clock;
  const ahead = aheadMs === 0 ? '' : `, ${String(aheadMs / 1000)} s ahead`;
  return html`<article>
    <h1>UCWA simulator</h1>
    <p class="quiet">
      ${world.company.name} (${world.company.sipDomain}) on
      ${world.pools.map(({ origin }) => html`<code>${origin}</code> `)}
    </p>
    <p>Discovery root: <code>${first?.origin}/</code>. Clock: ${clockText(world.clock.now())} UTC${ahead}.</p>
    <nav aria-label="Parts of this page">
      <a href="#requests">Requests</a> <a href="#applications">Applications</a>
      <a href="#conversations">Conversations</a> <a href="#meetings">Meetings</a> <a href="#people">People</a>
      ${
        view.refreshSeconds === undefined
          ? html`<a href="/_sim/?${query({ ...view, refreshSeconds: 5 })}">Refresh every 5 s</a>`
          : html`<a href="/_sim/?${query({ ...view, refreshSeconds: undefined })}">Stop refreshing</a>`
      }
    </nav>
  </article>`;
}

/** What makes this server behave unlike an ordinary one; nothing, when it does not. */
function moods({ switches, faults }: World): Html | undefined {
  const turned = Object.entries(switches).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaultSwitches[name as keyof typeof defaultSwitches]),
  );
  const rows = [
    ...turned.map(([name, value]) => [
      'switch',
      html`<code>${name}</code>`,
      html`<code>${JSON.stringify(value)}</code>`,
    ]),
    ...faults.waiting.map((fault) => ['fault', html`<code>${target(fault)}</code>`, effect(fault)]),
  ];
  if (rows.length === 0) return undefined;
  return tableSection({
    id: 'moods',
    title: 'Unlike an ordinary server',
    head: ['Kind', 'What', 'How'],
    rows,
    empty: '',
  });
}

type WaitingFault = FaultBox['waiting'][number];

function target({ match }: WaitingFault): string {
  return `${match.method ?? 'any'} ${match.path?.source.replaceAll('\\/', '/') ?? 'anything'}`;
}

function effect({ times, delayMs, dripMs, status, cut }: WaitingFault): string {
  const parts = [
    delayMs > 0 ? `after ${String(delayMs)} ms` : '',
    cut === undefined ? '' : `cut ${cut} the effect`,
    status === undefined ? '' : `answers ${String(status)}`,
    dripMs === undefined ? '' : `in pieces over ${String(dripMs)} ms`,
    `${String(times)} more`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function requests({ requests: log }: World, view: StatusView): Html {
  const chosen = log.records.filter(({ status }) => !view.failedOnly || status === 0 || status >= 400);
  const rows = chosen.slice(-SHOWN_REQUESTS).reverse();
  return tableSection({
    id: 'requests',
    title: view.failedOnly ? 'Last requests that failed' : 'Last requests',
    intro: html`<p>
      ${
        view.failedOnly
          ? html`<a href="/_sim/?${query({ ...view, failedOnly: false })}#requests">Show all</a>`
          : html`<a href="/_sim/?${query({ ...view, failedOnly: true })}#requests">Show failed ones only</a>`
      }
    </p>`,
    head: ['No.', 'Time', 'Request', 'Status', 'ms'],
    rows: rows.map(({ number, at, method, path, status, ms }) => {
      const detail = status === 0 || status >= 400 ? log.detail(number) : undefined;
      const reason = detail && failureReason(detail);
      return [
        html`<a href="/_sim/requests/${number}">${number}</a>`,
        clockText(at),
        html`<code>${method} ${path}</code
          >${reason === undefined ? '' : html`<br /><span class="quiet">${reason}</span>`}`,
        statusMark(status),
        ms,
      ];
    }),
    empty: view.failedOnly ? 'None has failed.' : 'Nobody has asked anything yet.',
  });
}

function applications(world: World): Html {
  return tableSection({
    id: 'applications',
    title: 'Applications and their event channels',
    head: ['Owner', 'User agent', 'Pool', 'Since', 'Event channel'],
    rows: world.applications
      .all()
      .map((application) => [
        uriOf(application.owner),
        application.input.userAgent,
        application.pool.key,
        clockText(application.createdAt),
        channels(application, world.clock.now()),
      ]),
    empty: 'No client is signed in.',
  });
}

function channels({ channels: all }: Application, now: number): Html[] {
  return [...all.values()].map((channel) => {
    const silentSeconds = Math.round((now - channel.lastReleaseAt) / 1000);
    const state = channel.isHeld
      ? html`<span class="mark good">P-GET held</span>`
      : html`<span class="mark">no P-GET for ${silentSeconds} s</span>`;
    return html`<div>${state} <code>${channel.cursor}</code>, ${channel.queued} events wait</div>`;
  });
}

function conversations(world: World): Html {
  return tableSection({
    id: 'conversations',
    title: 'Conversations: meetings that run',
    head: ['Meeting', 'Since', 'In it', 'Lobby', 'Seen by'],
    rows: world.conferences
      .all()
      .map((conference) => [
        subjectOf(conference.meeting.settings),
        clockText(conference.createdAt),
        names(conference, ({ inLobby }) => !inLobby),
        names(conference, ({ inLobby }) => inLobby),
        [...conference.conversations].map(
          ({ application, state }) =>
            html`<div>${uriOf(application.owner)} (${application.input.userAgent}): ${state}</div>`,
        ),
      ]),
    empty: 'Nobody is in a meeting.',
  });
}

function names({ participants }: Conference, chosen: (participant: Participant) => boolean): string {
  const some = [...participants.values()].filter(chosen);
  return some.map(({ name, role }) => (role === 'Leader' ? `${name} (leader)` : name)).join(', ');
}

function meetings(world: World): Html {
  return tableSection({
    id: 'meetings',
    title: 'Meetings',
    head: ['Subject', 'Organizer', 'Kind', 'ID', 'Who gets in', 'Expires'],
    rows: world.meetings.all().map((meeting) => {
      const { expirationTime, accessLevel } = meeting.settings;
      return [
        html`<a href="${joinUrl(meeting, world.meetOrigin)}">${subjectOf(meeting.settings)}</a>`,
        meeting.organizer.name,
        meeting.kind,
        html`<code>${meeting.id}</code>`,
        accessLevel,
        expirationTime === undefined ? 'never' : new Date(expirationTime).toISOString().slice(0, 10),
      ];
    }),
    empty: 'There are none.',
  });
}

function people({ company, pools }: World): Html {
  return tableSection({
    id: 'people',
    title: 'People',
    head: ['Name', 'User name', 'Password', 'Notes'],
    rows: company.people.map((person) => [
      person.name,
      html`<code>${person.uri.replace('sip:', '')}</code>`,
      html`<code>${person.password}</code>`,
      [
        person.title ?? '',
        person.department ?? '',
        person.ucwaEnabled === false ? 'not enabled for UCWA' : '',
        person.policy.maySchedule ? '' : 'may not schedule',
        person.policy.accessLevels.includes('Everyone') ? '' : 'no open meetings',
        person.secondPool === true && pools.length > 1 ? 'second pool' : '',
      ]
        .filter((note) => note !== '')
        .join(', '),
    ]),
    empty: 'There are none.',
  });
}

function query({ failedOnly, refreshSeconds }: StatusView): string {
  const chosen = new URLSearchParams();
  if (failedOnly) chosen.set('show', 'failed');
  if (refreshSeconds !== undefined) chosen.set('refresh', String(refreshSeconds));
  return chosen.toString();
}

function clockText(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function subjectOf({ subject }: { subject: string }): string {
  return subject === '' ? '(no subject)' : subject;
}
