import { UcwaProtocolError } from './errors';
import { compact, type JsonObject } from './json';
import { parseXml, type XmlElement } from './xml';

/**
 * Turns an XML answer into the JSON object the server would have sent, so that nothing else knows of XML: a resource, a
 * package of the event channel, or an error. Dates stay the text they are; unknown elements are ignored.
 *
 * @throws UcwaProtocolError when it is not well-formed, or none of the three.
 * Source: Skype/UCWA/PayloadFormat.md, EventChannelDetails.md, ErrorsAndInformationalMessages.md.
 */
export function decodeXmlPayload(text: string): JsonObject {
  const root = parseXml(text);
  switch (root.name) {
    case 'resource':
      return resourceOf(root);
    case 'events':
      return packageOf(root);
    case 'reason':
      return reasonOf(root);
    default:
      throw new UcwaProtocolError('The XML document is no UCWA resource, event package or error');
  }
}

/**
 * Relations that JSON writes as arrays even with one entry, and the resources in which they are; `any` when it is so
 * everywhere. XML cannot tell one of many from the only one. Source: Skype/UCWA/PayloadFormat.md, "Links".
 */
const multiValued: ReadonlyMap<string, 'any' | readonly string[]> = new Map<string, 'any' | readonly string[]>([
  ['conversation', ['conversations']],
  ['participant', ['participants', 'lobby', 'leaders', 'attendees']],
  ['myOnlineMeeting', ['myOnlineMeetings']],
  ['myAssignedOnlineMeeting', ['myOnlineMeetings']],
  ['dialInRegion', 'any'],
  ['onlineMeetingExtension', 'any'],
]);

const integers: ReadonlySet<string> = new Set(['meetingSize', 'participantsWarningThreshold', 'participantCount']);

const booleans: ReadonlySet<string> = new Set([
  'anonymous',
  'audioMuted',
  'inLobby',
  'isAudioConferenceProviderEnabled',
  'local',
  'organizer',
  'readLocally',
  'recording',
]);

function resourceOf(element: XmlElement): JsonObject {
  const { rel } = element.attributes;
  const properties = named(element, 'property').map(([name, { text }]) => [name, typed(name, text)] as const);
  const lists = named(element, 'propertyList').map(([name, list]) => [name, itemsOf(list)] as const);
  return compact({
    ...(rel === undefined ? {} : { rel }),
    ...Object.fromEntries([...properties, ...lists]),
    _links: linksOf(element),
    _embedded: embeddedOf(element),
  });
}

function packageOf(element: XmlElement): JsonObject {
  const sender = childrenOf(element, 'sender').map((child) => ({
    ...child.attributes,
    events: child.children.filter(isEvent).map(eventOf),
  }));
  return compact({ _links: linksOf(element), sender });
}

function isEvent({ name, attributes }: XmlElement): boolean {
  return attributes.href !== undefined && name !== 'link' && name !== 'resource';
}

/** The element's name is the event's type, its attributes are the link to the target. */
function eventOf(element: XmlElement): JsonObject {
  const { status, ...link } = element.attributes;
  const [within] = childrenOf(element, 'in');
  const [reason] = childrenOf(element, 'reason');
  const [statusElement] = childrenOf(element, 'status');
  return compact({
    link,
    in: within?.attributes,
    type: element.name,
    status: status ?? statusElement?.text.trim(),
    reason: reason === undefined ? undefined : reasonOf(reason),
    _embedded: embeddedOf(element),
  });
}

function reasonOf(element: XmlElement): JsonObject {
  const [parameters] = childrenOf(element, 'parameters');
  const [debugInfo] = childrenOf(element, 'debugInfo');
  const [link] = childrenOf(element, 'link');
  return compact({
    code: textOf(element, 'code'),
    subcode: textOf(element, 'subcode'),
    message: textOf(element, 'message'),
    link: link === undefined ? undefined : linkOf(link),
    parameters: nonEmpty(parameters?.children.map(parameterOf)),
    debugInfo: debugInfo === undefined ? undefined : Object.fromEntries(debugInfo.children.map(nameAndText)),
  });
}

/** The pages do not show a parameter: name and reason are taken from attributes, child elements, or element and text. */
function parameterOf(element: XmlElement): JsonObject {
  const [name, text] = nameAndText(element);
  return {
    name: textOf(element, 'name') ?? name,
    reason: element.attributes.reason ?? textOf(element, 'reason') ?? text,
  };
}

function nameAndText({ name, attributes, text }: XmlElement): readonly [string, string] {
  return [attributes.name ?? name, text];
}

/** The element's own place is its `self` link. */
function linksOf(element: XmlElement): JsonObject | undefined {
  const { rel: container, href } = element.attributes;
  const self = href === undefined ? [] : [['self', { href }] as const];
  const linked = childrenOf(element, 'link').map((link) => [link.attributes.rel ?? '', linkOf(link)] as const);
  return grouped([...self, ...linked], container);
}

function embeddedOf(element: XmlElement): JsonObject | undefined {
  const inside = childrenOf(element, 'resource');
  const container = element.name === 'resource' ? element.attributes.rel : undefined;
  return grouped(
    inside.map((child) => [child.attributes.rel ?? '', resourceOf(child)] as const),
    container,
  );
}

function linkOf({ attributes }: XmlElement): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'rel'));
}

function itemsOf(list: XmlElement): readonly string[] {
  return childrenOf(list, 'item').map(({ text }) => text);
}

/** Numbers and booleans by name; what does not look like one stays text. */
function typed(name: string, text: string): string | number | boolean {
  if (integers.has(name) && /^\s*-?\d{1,15}\s*$/.test(text)) return Number(text);
  if (booleans.has(name) && /^\s*(true|false)\s*$/i.test(text)) return text.trim().toLowerCase() === 'true';
  return text;
}

/** By relation: an array where there are several, or where JSON always has one. */
function grouped(
  entries: readonly (readonly [string, JsonObject])[],
  container: string | undefined,
): JsonObject | undefined {
  const groups = new Map<string, JsonObject[]>();
  for (const [rel, value] of entries) {
    const group = groups.get(rel);
    if (group === undefined) groups.set(rel, [value]);
    else group.push(value);
  }
  if (groups.size === 0) return undefined;
  const values = [...groups].map(([rel, group]) => [
    rel,
    isArray(rel, container) || group.length > 1 ? group : group[0],
  ]);
  return Object.fromEntries(values) as JsonObject;
}

function isArray(rel: string, container: string | undefined): boolean {
  const containers = multiValued.get(rel);
  return containers === 'any' || (container !== undefined && containers?.includes(container) === true);
}

function named(element: XmlElement, name: string): readonly (readonly [string, XmlElement])[] {
  return childrenOf(element, name).flatMap((child) => {
    const { name: property } = child.attributes;
    return property === undefined ? [] : [[property, child] as const];
  });
}

function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text.trim();
}

function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
