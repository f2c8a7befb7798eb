import type { DialInRegion } from '../company';
import type { Meeting } from '../model/meeting';
import type { Participant } from '../model/session';
import type { World } from '../world';

import { type Html, html, page } from './html';

const whoComesIn: Readonly<Record<Meeting['settings']['accessLevel'], string>> = {
  Everyone: 'Anyone, without waiting',
  SameEnterprise: 'People of the company; everybody else waits in the lobby',
  Invited: 'Invited people; everybody else waits in the lobby',
  Locked: 'The organizer; everybody else waits in the lobby',
};

/** The page behind a join URL. */
export function meetPage(world: World, meeting: Meeting): string {
  const { subject, description, accessLevel, expirationTime } = meeting.settings;
  const title = subject === '' ? 'Meeting without a subject' : subject;
  const participants = [...(world.conferences.of(meeting)?.participants.values() ?? [])];
  const running = participants.length > 0;
  return page(
    title,
    html`<article>
        <p><span class="state ${running ? 'on' : ''}">${running ? 'Running now' : 'Not running'}</span></p>
        <h1>${title}</h1>
        ${description === '' ? undefined : html`<p>${description}</p>`}
        <dl>
          <dt>Organizer</dt>
          <dd>${meeting.organizer.name}</dd>
          <dt>Who may come in</dt>
          <dd>${whoComesIn[accessLevel]}</dd>
          ${expirationTime === undefined ? undefined : expiry(expirationTime)} ${phone(meeting, world)}
          <dt>Meeting ID</dt>
          <dd><code>${meeting.id}</code></dd>
        </dl>
      </article>
      ${roster(meeting, participants)} ${joinForm(world, meeting, participants)}
      <p class="quiet">
        This is the demo: a simulated Skype for Business server of ${world.company.name}. On a real one, this link opens
        the meeting in Skype for Business.
      </p>`,
  );
}

/** The page behind a join URL of nothing. */
export function unknownMeetingPage(): string {
  return page(
    'Meeting not found',
    html`<article>
      <h1>This meeting is not here</h1>
      <p>It may have been cancelled, or it has expired. Ask the organizer for a new link.</p>
      <p class="quiet">This is the demo: a simulated Skype for Business server.</p>
    </article>`,
  );
}

function expiry(expirationTime: number): Html {
  const text = new Date(expirationTime).toISOString().slice(0, 16).replace('T', ' ');
  return html`<dt>Kept until</dt>
    <dd>${text} UTC</dd>`;
}

function phone(meeting: Meeting, { company }: World): Html | undefined {
  if (meeting.settings.phoneUserAdmission !== 'Enabled') return undefined;
  const number = (region: DialInRegion): Html => html`<li>${region.name}: ${region.number.replace('tel:', '')}</li>`;
  return html`<dt>By phone</dt>
    <dd>
      Conference ID <code>${meeting.conferenceId}</code>
      <ul>
        ${company.dialInRegions.map(number)}
      </ul>
    </dd>`;
}

function roster(meeting: Meeting, participants: readonly Participant[]): Html | undefined {
  if (participants.length === 0) return undefined;
  const entry = (participant: Participant): Html =>
    html`<tr>
      <td>${participant.name}</td>
      <td class="quiet">${participant.inLobby ? 'waiting in the lobby' : participant.role.toLowerCase()}</td>
      <td>
        <form method="post" action="/meet/${meeting.organizer.account}/${meeting.id}/leave">
          <input type="hidden" name="person" value="${participant.uri}" />
          <button class="plain">leave<span class="quiet"> (demo)</span></button>
        </form>
      </td>
    </tr>`;
  return html`<section>
    <h2>In the meeting</h2>
    <table>
      ${participants.map(entry)}
    </table>
  </section>`;
}

function joinForm(world: World, meeting: Meeting, participants: readonly Participant[]): Html {
  const away = world.company.people.filter(({ uri, account }) => {
    return account !== world.company.serviceAccount && !participants.some((participant) => participant.uri === uri);
  });
  return html`<section>
    <h2>Come in</h2>
    <form method="post" action="/meet/${meeting.organizer.account}/${meeting.id}/join">
      <label>
        Join as
        <select name="person">
          ${away.map(({ uri, name }) => html`<option value="${uri}">${name}</option>`)}
          <option value="sip:visitor@fabrikam.com">A visitor from outside</option>
        </select>
      </label>
      <button>Join (demo)</button>
    </form>
  </section>`;
}
