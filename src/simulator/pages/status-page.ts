import type { Meeting } from '../model/meeting';
import { uriOf } from '../model/principal';
import type { RequestRecord } from '../options';
import { joinUrl } from '../resources/online-meeting';
import type { World } from '../world';

import { type Html, html, page } from './html';

const SHOWN_REQUESTS = 50;

/** What the simulator holds, for somebody debugging a client. */
export function statusPage(world: World): string {
  const [first] = world.pools;
  return page(
    'UCWA simulator',
    html`<article>
        <h1>UCWA simulator</h1>
        <p class="quiet">
          ${world.company.name} (${world.company.sipDomain}) on
          ${world.pools.map(({ origin }) => html`<code>${origin}</code> `)}
        </p>
        <p>Discovery root: <code>${first?.origin}/</code></p>
      </article>
      ${people(world)} ${applications(world)} ${meetings(world)} ${requests(world.requests.records)}`,
    'wide',
  );
}

function people({ company, pools }: World): Html {
  return table(
    'People',
    ['Name', 'User name', 'Password', 'Notes'],
    [
      ...company.people.map((person) => [
        person.name,
        html`<code>${person.uri.replace('sip:', '')}</code>`,
        html`<code>${person.password}</code>`,
        [
          person.title ?? '',
          person.ucwaEnabled === false ? 'not enabled for UCWA' : '',
          person.policy.maySchedule ? '' : 'may not schedule',
          person.policy.accessLevels.includes('Everyone') ? '' : 'no open meetings',
          person.secondPool === true && pools.length > 1 ? 'second pool' : '',
        ]
          .filter((note) => note !== '')
          .join(', '),
      ]),
    ],
  );
}

function applications(world: World): Html {
  return table(
    'Applications',
    ['Owner', 'User agent', 'Conversations', 'P-GET'],
    [
      ...world.applications
        .all()
        .map(({ owner, input, conversations, channels }) => [
          uriOf(owner),
          input.userAgent,
          conversations.size,
          [...channels.values()].some(({ isHeld }) => isHeld) ? 'held' : 'none',
        ]),
    ],
  );
}

function meetings(world: World): Html {
  const row = (meeting: Meeting): (Html | string)[] => [
    html`<a href="${joinUrl(meeting, world.meetOrigin)}">${subjectOf(meeting)}</a>`,
    meeting.organizer.name,
    meeting.kind,
    html`<code>${meeting.id}</code>`,
    [...(world.conferences.of(meeting)?.participants.values() ?? [])].map(({ name }) => name).join(', '),
  ];
  return table('Meetings', ['Subject', 'Organizer', 'Kind', 'ID', 'In it now'], world.meetings.all().map(row));
}

function requests(records: readonly RequestRecord[]): Html {
  const latest = records.slice(-SHOWN_REQUESTS).reverse();
  return table(
    'Last requests',
    ['Time', 'Request', 'Status'],
    [
      ...latest.map(({ at, method, path, status }) => [
        new Date(at).toISOString().slice(11, 23),
        html`<code>${method} ${path}</code>`,
        status === 0 ? 'cut' : status,
      ]),
    ],
  );
}

function table(title: string, head: readonly string[], rows: readonly (readonly (Html | string | number)[])[]): Html {
  return html`<section>
    <h2>${title}</h2>
    <table>
      <tr>
        ${head.map((cell) => html`<th>${cell}</th>`)}
      </tr>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </table>
  </section>`;
}

function subjectOf({ settings }: Meeting): string {
  return settings.subject === '' ? '(no subject)' : settings.subject;
}
