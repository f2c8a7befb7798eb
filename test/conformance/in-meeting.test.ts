import assert from 'node:assert/strict';

import { type Client, conversationOf, type Json, text } from '../simulator/client';

import { behaviour } from './behaviour';
import type { OwnMeeting, Site } from './site';

const petraUri = 'sip:petra.novak@contoso.com';
const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

interface Room {
  readonly leader: Client;
  readonly conversation: string;
  readonly meeting: OwnMeeting;
}

/** The organizer alone in a meeting. */
async function room(site: Site): Promise<Room> {
  await site.open();
  const leader = await site.signIn();
  return { leader, ...(await site.enter(leader)) };
}

/** Somebody comes or goes without a client of ours. */
async function move(site: Site, { meeting }: Room, [uri, how]: readonly [string, 'join' | 'leave']): Promise<void> {
  const { onlineMeetingId } = meeting.json;
  await site.pool.control(`/people/${uri}/${how}`, { onlineMeetingId });
}

async function names(client: Client, last: string): Promise<string[]> {
  return (await client.eventsUntil(({ name }) => name === last)).map(({ name }) => name);
}

/** Brings Petra in and returns her href. */
async function withPetra(site: Site, here: Room): Promise<string> {
  await move(site, here, [petraUri, 'join']);
  const seen = await here.leader.eventsUntil(({ name }) => name === 'added participant in attendees');
  return seen.find(({ embedded }) => (embedded?.uri as unknown) === petraUri)?.href ?? '';
}

async function linksOf(client: Client, href: string): Promise<Json> {
  return (await client.send('GET', href)).json._links ?? {};
}

behaviour(67, async (site) => {
  const here = await room(site);

  await move(site, here, ['sip:visitor@fabrikam.com', 'join']);
  const knock = (await here.leader.eventsUntil(({ name }) => name === 'added participant in lobby')).at(-1);
  await here.leader.send('POST', text(knock?.embedded?._links?.admit?.href));
  const after = await names(here.leader, 'added participant in attendees');

  assert.equal(knock?.embedded?.inLobby, true);
  assert.deepEqual(after, ['deleted participant in lobby', 'added participant', 'added participant in attendees']);
});

behaviour(68, async (site) => {
  const { meeting } = await room(site);
  const petra = await site.signIn('petra.novak');
  await petra.join(meeting.uri);
  const seen = await petra.eventsUntil(completed);
  const organizer = seen.find(({ name }) => name === 'added participant');

  const links = await linksOf(petra, organizer?.href ?? '');
  const forced = await petra.send('POST', `${organizer?.href ?? ''}/eject`);

  for (const rel of ['admit', 'reject', 'promote', 'demote', 'eject']) assert.equal(links[rel], undefined, rel);
  assert.equal(forced.status, 404);
  assert.equal((await linksOf(petra, conversationOf(seen))).enableAudienceMuteLock, undefined);
});

behaviour(69, async (site) => {
  const here = await room(site);
  const petra = await withPetra(site, here);

  const before = await linksOf(here.leader, petra);
  const promoting = await here.leader.send('POST', text(before.promote?.href));
  const promoted = await names(here.leader, 'added participant in leaders');
  const after = await linksOf(here.leader, petra);
  const demoting = await here.leader.send('POST', text(after.demote?.href));
  const demoted = await names(here.leader, 'added participant in attendees');

  assert.deepEqual([promoting.status, demoting.status], [204, 204]);
  assert.ok(promoted.includes('deleted participant in attendees'));
  assert.ok(demoted.includes('deleted participant in leaders'));
  assert.deepEqual([before.demote, after.promote], [undefined, undefined]);
});

behaviour(70, async (site) => {
  const here = await room(site);
  const petra = await withPetra(site, here);

  await move(site, here, [petraUri, 'leave']);
  const seen = await here.leader.eventsUntil(({ name }) => name.startsWith('deleted participant'));

  const gone = seen.find(({ name }) => name.startsWith('deleted participant'));
  assert.deepEqual([gone?.name, gone?.href], ['deleted participant', petra]);
});

behaviour(71, async (site) => {
  const { leader, conversation } = await room(site);
  const { addParticipant } = await linksOf(leader, conversation);

  const body = { to: petraUri, operationId: 'ask' };
  const answer = await leader.send('POST', text(addParticipant?.href), { body });
  const seen = await leader.eventsUntil(({ name }) => name === 'completed participantInvitation');

  assert.equal(answer.status, 201);
  assert.match(answer.headers.location ?? '', /./);
  const end = seen.find(({ name }) => name === 'completed participantInvitation') ?? assert.fail();
  assert.equal(end.href, answer.headers.location);
  assert.deepEqual([end.body.status, end.embedded?.operationId] as unknown[], ['Failure', 'ask']);
});

behaviour(72, async (site) => {
  const { leader, conversation } = await room(site);
  const { addParticipant } = await linksOf(leader, conversation);

  const answer = await leader.send('POST', text(addParticipant?.href), { body: {} });

  assert.deepEqual([answer.status, answer.json.subcode as unknown], [400, 'ParameterValidationFailure']);
  assert.equal(answer.json.parameters?.[0]?.name, 'to');
});

behaviour(73, async (site) => {
  const { leader, conversation, meeting } = await room(site);
  const petra = await site.signIn('petra.novak');
  await petra.join(meeting.uri);
  const theirs = conversationOf(await petra.eventsUntil(completed));

  const left = await leader.send('DELETE', conversation);
  const mine = await leader.eventsUntil(({ name }) => name === 'deleted conversation');
  await petra.eventsUntil(({ name }) => name === 'deleted participant');
  const still = await petra.send('GET', theirs);

  assert.equal(left.status, 204);
  assert.equal(mine.at(-1)?.href, conversation);
  assert.deepEqual([still.json.state, still.json.participantCount] as unknown[], ['Conferenced', 1]);
  assert.equal((await leader.send('GET', conversation)).status, 404);
});

behaviour(75, async (site) => {
  const here = await room(site);
  const petra = await withPetra(site, here);
  const { participantAudio } = await linksOf(here.leader, petra);
  const switches: readonly Switch[] = [
    {
      owner: { rel: 'conversation', href: here.conversation },
      links: ['enableAudienceMuteLock', 'disableAudienceMuteLock'],
      property: 'audienceMute',
    },
    {
      owner: { rel: 'participantAudio', href: text(participantAudio?.href) },
      links: ['muteAudio', 'unmuteAudio'],
      property: 'audioMuted',
    },
  ];

  for (const { owner, links, property } of switches) {
    await turn(here.leader, { owner, links, property });
    await turn(here.leader, { owner, links: links.toReversed(), property });
  }
});

/** A property with a link that turns it, and another one that turns it back. */
interface Switch {
  readonly owner: { readonly rel: string; readonly href: string };
  readonly links: readonly string[];
  readonly property: string;
}

/** Follows the first link: 204, the event shows the property changed and the other link in place of this one. */
async function turn(client: Client, { owner, links: [shown = '', other = ''], property }: Switch): Promise<void> {
  const before = (await client.send('GET', owner.href)).json;

  const answer = await client.send('POST', text(before._links?.[shown]?.href));
  const seen = await client.eventsUntil(({ name }) => name === `updated ${owner.rel}`);

  const after = seen.at(-1)?.embedded;
  assert.equal(answer.status, 204, shown);
  assert.notEqual(after?.[property], before[property]);
  assert.deepEqual([before._links?.[other], after?._links?.[shown]], [undefined, undefined]);
  assert.ok(after?._links?.[other]);
}
