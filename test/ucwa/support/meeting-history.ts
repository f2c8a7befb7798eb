import { enqueue, type QueuedEvent } from '../../../src/simulator/events/merge';
import { packageToJson } from '../../../src/simulator/http/json';
import type { EventBody, Resource } from '../../../src/simulator/http/resource';
import { isJsonObject, type JsonObject, without } from '../../../src/ucwa/json';
import { type ChannelEvent, decodeEventPackage } from '../../../src/ucwa/resources/event-package';

export const place = '/ucwa/v1/applications/1/conversations/1';
export const base = new URL('https://pool.contoso.com/ucwa/v1/applications/1/events?ack=1');
export const people = ['ada', 'ben', 'cem'] as const;
export const steps = [
  ...['knock', 'enter', 'lead', 'admit', 'leave', 'promote', 'demote', 'mute', 'unmute', 'again'],
  ...['lock', 'unlock', 'lose', 'gain'],
] as const;

/** Something that happens in a meeting, if it makes sense there and then. */
export interface Step {
  readonly what: string;
  readonly who: (typeof people)[number];
}

interface Somebody {
  readonly role: 'Leader' | 'Attendee';
  readonly waits: boolean;
  readonly muted: boolean;
}

/** What a server knows of a meeting at one moment; we are in it as `self`. */
export interface Server {
  readonly there: ReadonlyMap<string, Somebody>;
  readonly self: 'Leader' | 'Attendee';
  readonly locked: boolean;
}

/** An event, and after which step it was sent. */
export interface Sent {
  readonly step: number;
  readonly body: EventBody;
}

export const hrefOf = (who: string): string => `${place}/participants/${who}`;
export const keyOf = (who: string): string => `${base.origin}${hrefOf(who)}`;

/** What a server sends in a meeting, by the rules of the contract, and what it knows after each step. */
export function play(history: readonly Step[]): { readonly sent: Sent[]; readonly states: Server[] } {
  let server: Server = { there: new Map(), self: 'Leader', locked: false };
  const states = [server];
  const sent: Sent[] = [conversationEvent(server, 'added'), ownEvent('leaders', 'added')].map((body) => ({
    step: 0,
    body,
  }));
  for (const step of history) {
    const before = server;
    server = after(before, step);
    states.push(server);
    sent.push(...eventsOf(before, server, step).map((body) => ({ step: states.length - 1, body })));
  }
  return { sent, states };
}

/**
 * Links of events that tell of somebody again. For merging they are updates: who was told of before is not kept from
 * leaving by being told of again.
 */
const repeats = new WeakSet<EventBody['link']>();

/** Packages as a server with the simulator's rules of merging delivers them. */
export function deliver(sent: readonly Sent[], isWhole: boolean): readonly ChannelEvent[] {
  const queue = sent.reduce<QueuedEvent[]>((queued, { body }) => {
    const sender = body.link.rel === 'conversation' ? communication : conversation;
    return enqueue(queued, { sender, body: isWhole ? body : without(body, 'embedded'), priority: 'high', at: 0 });
  }, []);
  return decode(queue);
}

/** The same events one by one, nothing merged. */
export function deliverEach(sent: readonly Sent[], isWhole: boolean): readonly ChannelEvent[] {
  return sent.flatMap((one) => deliver([one], isWhole));
}

/** A resource as a GET answers it; `undefined` is a 404. */
export function answer(server: Server, path: string): JsonObject | undefined {
  const [, who = '', audio] = /participants\/([a-z]+)(\/audio)?$/.exec(path) ?? [];
  if (path === place) return plain(conversationResource(server));
  if (who === 'self') return plain(selfResource(server));
  const somebody = server.there.get(who);
  if (somebody === undefined || (audio !== undefined && somebody.waits)) return undefined;
  return plain(audio === undefined ? personResource(server, who) : audioResource(server, who));
}

/** Everybody in a list, by link. */
export function listed(server: Server, rel: string): { readonly key: string; readonly title: string }[] {
  const others = [...server.there].filter(([, { role, waits }]) => {
    if (rel === 'lobby') return waits;
    return !waits && (rel === 'participants' || rel === (role === 'Leader' ? 'leaders' : 'attendees'));
  });
  const isOurs = rel === 'participants' || rel === (server.self === 'Leader' ? 'leaders' : 'attendees');
  const names = [...others.map(([who]) => who), ...(isOurs ? ['self'] : [])];
  return names.map((who) => ({ key: keyOf(who), title: who }));
}

const communication = { rel: 'communication', href: '/ucwa/v1/applications/1/communication' };
const conversation = { rel: 'conversation', href: place };

const fresh: Somebody = { role: 'Attendee', waits: false, muted: false };

/** What somebody becomes by a step: `undefined` is somewhere else. */
const fates: Readonly<Record<string, (now: Somebody | undefined) => Somebody | undefined>> = {
  knock: (now) => now ?? { ...fresh, waits: true },
  enter: (now) => now ?? fresh,
  lead: (now) => now ?? { ...fresh, role: 'Leader' },
  admit: (now) => now && { ...now, waits: false },
  leave: () => undefined,
  promote: inside({ role: 'Leader' }),
  demote: inside({ role: 'Attendee' }),
  mute: inside({ muted: true }),
  unmute: inside({ muted: false }),
};

function inside(change: Partial<Somebody>): (now: Somebody | undefined) => Somebody | undefined {
  return (now) => (now === undefined || now.waits ? now : { ...now, ...change });
}

function after(server: Server, { what, who }: Step): Server {
  if (what === 'lock' || what === 'unlock') return { ...server, locked: what === 'lock' };
  if (what === 'lose' || what === 'gain') return { ...server, self: what === 'gain' ? 'Leader' : 'Attendee' };
  const now = server.there.get(who);
  const next = fates[what] === undefined ? now : fates[what](now);
  const others = [...server.there].filter(([name]) => name !== who);
  return { ...server, there: new Map([...others, ...(next === undefined ? [] : [[who, next] as const])]) };
}

function eventsOf(before: Server, now: Server, { what, who }: Step): EventBody[] {
  const [was, is] = [before.there.get(who), now.there.get(who)];
  if (before.locked !== now.locked) return [conversationEvent(now, 'updated')];
  if (before.self !== now.self) return ownRights(now);
  if (is === undefined) return was === undefined ? [] : leaving(now, who, was);
  if (was === undefined) return is.waits ? lobby(now, who, 'added') : entering(now, who);
  if (was.waits && !is.waits) return [...lobby(now, who, 'deleted'), ...entering(now, who)];
  return was.role === is.role ? changing(now, who, { isMuting: was.muted !== is.muted, what }) : turning(now, who, is);
}

function turning(server: Server, who: string, { role }: Somebody): EventBody[] {
  const [old, next] = role === 'Leader' ? (['attendees', 'leaders'] as const) : (['leaders', 'attendees'] as const);
  return [membership(who, old, 'deleted'), membership(who, next, 'added'), rosterEvent(server, who, 'updated')];
}

function changing(server: Server, who: string, { isMuting, what }: { isMuting: boolean; what: string }): EventBody[] {
  if (isMuting) return [audioEvent(server, who)];
  if (what !== 'again' || server.there.get(who)?.waits !== false) return [];
  const told = rosterEvent(server, who, 'updated');
  repeats.add(told.link);
  return [told];
}

function entering(server: Server, who: string): EventBody[] {
  const collection = server.there.get(who)?.role === 'Leader' ? 'leaders' : 'attendees';
  return [rosterEvent(server, who, 'added'), membership(who, collection, 'added')];
}

function leaving(server: Server, who: string, was: Somebody): EventBody[] {
  return was.waits ? lobby(server, who, 'deleted') : [{ type: 'deleted', link: linkTo(who) }];
}

function ownRights(server: Server): EventBody[] {
  const isLeader = server.self === 'Leader';
  return [
    ownEvent(isLeader ? 'attendees' : 'leaders', 'deleted'),
    ownEvent(isLeader ? 'leaders' : 'attendees', 'added'),
    conversationEvent(server, 'updated'),
    ...[...server.there].flatMap(([who, { waits }]) =>
      waits ? (isLeader ? lobby(server, who, 'added') : []) : [rosterEvent(server, who, 'updated')],
    ),
  ];
}

function lobby(server: Server, who: string, type: 'added' | 'deleted'): EventBody[] {
  if (server.self !== 'Leader') return [];
  const embedded = type === 'added' ? { embedded: { rel: 'participant', resource: personResource(server, who) } } : {};
  return [{ ...membership(who, 'lobby', type), ...embedded }];
}

function linkTo(who: string): EventBody['link'] {
  return { rel: 'participant', href: hrefOf(who), title: who };
}

function membership(who: string, collection: string, type: 'added' | 'deleted'): EventBody {
  return { type, link: linkTo(who), in: { rel: collection, href: `${place}/${collection}` } };
}

function ownEvent(collection: string, type: 'added' | 'deleted'): EventBody {
  return membership('self', collection, type);
}

function rosterEvent(server: Server, who: string, type: 'added' | 'updated'): EventBody {
  return { type, link: linkTo(who), embedded: { rel: 'participant', resource: personResource(server, who) } };
}

function audioEvent(server: Server, who: string): EventBody {
  const link = { rel: 'participantAudio', href: `${hrefOf(who)}/audio` };
  return { type: 'updated', link, embedded: { rel: 'participantAudio', resource: audioResource(server, who) } };
}

function conversationEvent(server: Server, type: 'added' | 'updated'): EventBody {
  const resource = conversationResource(server);
  return { type, link: { rel: 'conversation', href: place }, embedded: { rel: 'conversation', resource } };
}

function conversationResource({ self, locked }: Server): Resource {
  const lock = locked ? 'disableAudienceMuteLock' : 'enableAudienceMuteLock';
  return {
    rel: 'conversation',
    properties: { state: 'Conferenced', audienceMute: locked ? 'Enabled' : 'Disabled' },
    links: {
      self: { href: place },
      localParticipant: { href: hrefOf('self') },
      ...(self === 'Leader' ? { [lock]: { href: `${place}/${lock}` } } : {}),
    },
  };
}

function selfResource({ self }: Server): Resource {
  const properties = { uri: 'sip:self@contoso.com', name: 'self', local: true, role: self };
  return { rel: 'participant', properties, links: { self: { href: hrefOf('self') } } };
}

function personResource({ there, self }: Server, who: string): Resource {
  const { role = 'Attendee', waits = false } = there.get(who) ?? {};
  const rights = waits ? ['admit', 'reject'] : [role === 'Leader' ? 'demote' : 'promote', 'eject'];
  const href = hrefOf(who);
  return {
    rel: 'participant',
    properties: { uri: `sip:${who}@contoso.com`, name: who, local: false, role, inLobby: waits },
    links: {
      self: { href },
      participantAudio: waits ? undefined : { href: `${href}/audio` },
      ...Object.fromEntries((self === 'Leader' ? rights : []).map((rel) => [rel, { href: `${href}/${rel}` }])),
    },
  };
}

function audioResource({ there }: Server, who: string): Resource {
  const audioMuted = there.get(who)?.muted === true;
  const change = audioMuted ? 'unmuteAudio' : 'muteAudio';
  const href = `${hrefOf(who)}/audio`;
  return {
    rel: 'participantAudio',
    properties: { audioMuted },
    links: { self: { href }, participant: { href: hrefOf(who) }, [change]: { href: `${href}/${change}` } },
  };
}

function decode(queue: readonly QueuedEvent[]): readonly ChannelEvent[] {
  const sender = queue.map(({ sender: from, body }) => {
    const isRepeat = body.type === 'updated' && repeats.has(body.link);
    return { ...from, events: [isRepeat ? { ...body, type: 'added' as const } : body] };
  });
  return decodeEventPackage(parse(packageToJson({ sender })), base).events;
}

/** The resource in the shape of the wire. */
function plain(resource: Resource): JsonObject {
  const body: EventBody = { type: 'updated', link: linkTo('x'), embedded: { rel: 'x', resource } };
  const [event] = decode([{ sender: conversation, body, priority: 'high', at: 0 }]);
  return event?.embedded ?? {};
}

function parse(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}
