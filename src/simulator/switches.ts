import { choice, flag, list, number, object, readAs, type Shape, text } from './shape';

/** How hrefs are spelled: as servers do, or as the reference pages print them. Behaviour never depends on it. */
export type PathStyle = 'real' | 'reference';

/** Form of the hrefs inside an application: path only, absolute, or the doubled slash of the July 2015 pages. */
export type HrefForm = 'relative' | 'absolute' | 'double-slash';

/** How lists of people are written: the lobby embedded and the others as links, all as links, or all embedded. */
export type PeopleForm = 'mixed' | 'links' | 'embedded';

/**
 * How a resource refers to others: as the reference pages show it, by links alone, or with the linked ones embedded as
 * little more than their place. Source: Skype/UCWA/PayloadFormat.md.
 */
export type Embedding = 'usual' | 'links' | 'embedded';

/**
 * Legal variations of a pool, to be switched on one by one. The defaults are what a freshly installed 2015 pool does.
 * Times are in the unit that the name carries.
 */
export interface Switches {
  /** `off`: root answers 404; `redirect`: root answers `redirect` to the second pool (or to itself once). */
  discovery: 'on' | 'off' | 'redirect';
  /** `user` answers `redirect` to the root of the person's home pool instead of an `applications` link there. */
  userRedirect: boolean;
  /** The MsRtcOAuth challenge shows its href without quotes. */
  unquotedTokenHref: boolean;
  /** Each pool sends people to the token endpoint of the other one, which issues tickets for it. Needs a second pool. */
  foreignTokenEndpoint: boolean;
  /** All challenges come in one header, joined by commas, as a proxy may do. */
  joinedChallenges: boolean;
  /** `Negotiate` and `NTLM` stand beside the challenges of UCWA, as a web server with Windows authentication sends them. */
  negotiateBeside: boolean;
  /** `authorization_uri` of the Bearer challenge; empty: modern authentication is not offered. */
  authorizationUri: string;
  /** Where modern authentication is not offered, an empty `authorization_uri` stands in the challenge. */
  emptyAuthorizationUri: boolean;
  /** Authentication context (`c1`) that access tokens must carry in `acrs`; without it: 401 with a claims challenge. */
  authenticationContext: string;
  /** Access tokens need the scopes of the reference pages; otherwise 403. Tickets have none and need none. */
  checkScopes: boolean;
  /** Guests are sent to `anonApplications` on a path of its own. */
  anonApplications: boolean;
  /** Grants offered by the challenge and accepted by the token endpoint; none: there is no MsRtcOAuth challenge at all. */
  grants: readonly string[];
  /** The second pool gives tickets for a password only to those who name its host as `resource`. */
  requireTokenResource: boolean;
  /** Life of a person's ticket; a guest's is always an hour. */
  tokenLifetimeSeconds: number;
  /** Values of `Origin` that may call across domains; `*` allows all. */
  allowedOrigins: readonly string[];
  /** Applications per person before the oldest is put out. */
  applicationLimit: number;
  /** What requests of an application that died of silence get: 404 ApplicationNotFound or 410 InactiveApplicationExpired. */
  expiredApplicationStatus: number;
  /** User agents that the administrator has shut out. */
  disallowedUserAgents: readonly string[];
  /** Events hrefs carry an opaque `key`. */
  eventsKey: boolean;
  /** Resource events come without `_embedded`; operations keep theirs. */
  eventsWithoutEmbedded: boolean;
  /** Every event gets a sender entry of its own, so that one sender occurs several times. */
  splitSenders: boolean;
  /** The `started` event goes out before the 201 of the POST that caused it. */
  startedBefore201: boolean;
  /** Operations are so fast that only `completed` is seen. */
  onlyCompleted: boolean;
  /** The onlineMeeting of the `added` event is embedded complete instead of its URI alone. */
  fullOnlineMeetingInEvent: boolean;
  /** Milliseconds between two steps of joining, before `timeScale`. */
  stepMs: number;
  /** `myOnlineMeetings` gives links instead of embedded items. */
  linksOnlyCollection: boolean;
  embedding: Embedding;
  /** Participants, leaders, attendees and lobby. */
  peopleForm: PeopleForm;
  /** Creating a meeting answers 200 instead of 201. */
  createStatus200: boolean;
  /** A successful PUT answers 204 without a body. */
  putStatus204: boolean;
  /** One pass-back property name per resource instead of one per server. */
  passBackPerResource: boolean;
  /** Items inside the collection carry the pass-back property too. */
  passBackInCollection: boolean;
  /** A meeting made without expirationTime stays without. */
  undatedMeetings: boolean;
  /** Scheduled meetings per organizer. */
  meetingQuota: number;
  /** `meetingSize` of the policies and `participantsWarningThreshold` of the default values. */
  meetingSize: number;
  /** Unknown properties, links and enum values appear in every resource. */
  extraProperties: boolean;
  pathStyle: PathStyle;
  hrefForm: HrefForm;
}

/** The switches of an ordinary pool. */
export const defaultSwitches: Readonly<Switches> = {
  discovery: 'on',
  userRedirect: false,
  unquotedTokenHref: false,
  foreignTokenEndpoint: false,
  joinedChallenges: false,
  negotiateBeside: false,
  authorizationUri: '',
  emptyAuthorizationUri: false,
  authenticationContext: '',
  checkScopes: false,
  anonApplications: false,
  grants: ['urn:microsoft.rtc:windows', 'urn:microsoft.rtc:anonmeeting', 'password'],
  requireTokenResource: false,
  tokenLifetimeSeconds: 28_800,
  allowedOrigins: [],
  applicationLimit: 8,
  expiredApplicationStatus: 404,
  disallowedUserAgents: [],
  eventsKey: false,
  eventsWithoutEmbedded: false,
  splitSenders: false,
  startedBefore201: false,
  onlyCompleted: false,
  fullOnlineMeetingInEvent: false,
  stepMs: 60,
  linksOnlyCollection: false,
  embedding: 'usual',
  peopleForm: 'mixed',
  createStatus200: false,
  putStatus204: false,
  passBackPerResource: false,
  passBackInCollection: false,
  undatedMeetings: false,
  meetingQuota: 100,
  meetingSize: 250,
  extraProperties: false,
  pathStyle: 'real',
  hrefForm: 'relative',
};

const choices: Partial<Record<keyof Switches, readonly (string | number)[]>> = {
  discovery: ['on', 'off', 'redirect'],
  expiredApplicationStatus: [404, 410],
  embedding: ['usual', 'links', 'embedded'],
  peopleForm: ['mixed', 'links', 'embedded'],
  pathStyle: ['real', 'reference'],
  hrefForm: ['relative', 'absolute', 'double-slash'],
};

/** Any of the switches, as JSON. */
export const switchesShape = object(
  {},
  Object.fromEntries(Object.entries(defaultSwitches).map(([name, usual]) => [name, switchShape(name, usual)])),
) as Shape<Partial<Switches>>;

/** A decoded change of switches, or what is wrong with it in a sentence. */
export type SwitchesReading = { kind: 'switches'; switches: Partial<Switches> } | { kind: 'wrong'; problem: string };

/** Reads a JSON object of switches; unknown names and wrong types are named, not ignored. */
export function parseSwitches(value: unknown): SwitchesReading {
  const reading = readAs(switchesShape, value);
  return reading.kind === 'value'
    ? { kind: 'switches', switches: reading.value }
    : { kind: 'wrong', problem: reading.problems.join(' ') };
}

function switchShape(name: string, usual: Switches[keyof Switches]): Shape<unknown> {
  const shape = shapeOf(choices[name as keyof Switches], usual);
  return { ...shape, schema: { ...shape.schema, default: usual } };
}

function shapeOf(allowed: readonly (string | number)[] | undefined, usual: unknown): Shape<unknown> {
  if (allowed !== undefined) return choice(allowed);
  if (typeof usual === 'boolean') return flag();
  if (typeof usual === 'number') return number({ minimum: 0 });
  return typeof usual === 'string' ? text() : list(text());
}
