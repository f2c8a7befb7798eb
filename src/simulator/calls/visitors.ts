import type { Company } from '../company';
import type { Meeting } from '../model/meeting';
import { personByUsername } from '../model/principal';
import type { Participant } from '../model/session';
import type { World } from '../world';

import type { Visitor } from './conference-hall';

/** Somebody by SIP URI, UPN or account name; whoever the company does not know is a guest from outside. */
export function visitorNamed(company: Company, name: string): Visitor {
  const person = personByUsername(company, name);
  if (person !== undefined) return { uri: person.uri, name: person.name, ofCompany: true };
  const address = name.replace(/^sip:/i, '').toLowerCase();
  const account = address.split('@', 1)[0] ?? address;
  return { uri: `sip:${address}`, name: `${account.charAt(0).toUpperCase()}${account.slice(1)}`, ofCompany: false };
}

/** Somebody without a UCWA client comes into a meeting, or into its lobby. */
export function bringIn(world: World, meeting: Meeting, visitor: Visitor): Participant {
  const conference = world.conferences.open(meeting);
  const participant = world.conferences.participantFor(conference, visitor);
  world.conferences.enter(conference, participant);
  return participant;
}

/** Somebody leaves, whatever they came with; undefined when they were not there. */
export function takeOut(world: World, meeting: Meeting, visitor: Visitor): Participant | undefined {
  const conference = world.conferences.of(meeting);
  const participant = conference?.participants.get(visitor.uri);
  if (conference === undefined || participant === undefined) return undefined;
  for (const conversation of [...conference.conversations]) {
    if (conversation.me === participant) world.invitations.leave(conversation);
  }
  world.conferences.leave(conference, participant);
  return participant;
}
