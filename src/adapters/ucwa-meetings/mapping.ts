import { meetingIdOf } from '../../meetings/join-target';
import type {
  AccessLevel,
  DialIn,
  LiveMeeting,
  Meeting,
  MeetingChanges,
  MeetingOptions,
  PresenterRule,
  Toggle,
} from '../../meetings/meeting';
import type {
  MyOnlineMeeting,
  MyOnlineMeetingInput,
  OnlineMeeting,
  OnlineMeetingDefaultValues,
  OnlineMeetingEligibleValues,
  OnlineMeetingPolicies,
  PhoneDialInInformation,
} from '../../ucwa';

import { splitDescription } from './marker';

/** Our words and the wire's, both ways. Source: Skype/UCWA/AccessLevel_ref.md and its siblings. */
const ACCESS = { everyone: 'Everyone', company: 'SameEnterprise', invited: 'Invited', locked: 'Locked' } as const;
const PRESENTERS = { named: 'Disabled', company: 'SameEnterprise', everyone: 'Everyone' } as const;
const TOGGLE = { on: 'Enabled', off: 'Disabled', unsupported: 'Unsupported' } as const;

/** What the account itself contributes to its meetings. */
export interface OrganizerFacts {
  readonly name: string;
  /** Decides whether people may be sent to a URL the server named. */
  readonly acceptJoinUrl: (joinUrl: string) => boolean;
}

/** A scheduled meeting in our words. */
export function toMeeting(wire: MyOnlineMeeting, organizer: OrganizerFacts): Meeting {
  return {
    id: wire.id,
    version: wire.etag,
    isPersonalRoom: wire.onlineMeetingRel === 'myAssignedOnlineMeeting',
    subject: wire.subject,
    description: splitDescription(wire.description).words,
    attendees: wire.attendees.map(withoutScheme),
    leaders: wire.leaders.map(withoutScheme),
    access: toAccess(wire.accessLevel),
    presenters: toPresenters(wire.automaticLeaderAssignment),
    announcements: toToggle(wire.entryExitAnnouncement),
    phoneSkipsLobby: toToggle(wire.lobbyBypassForPhoneUsers),
    phoneAllowed: toToggle(wire.phoneUserAdmission),
    expiresAt: wire.expirationTime,
    joinUrl: acceptedUrl(wire.joinUrl, organizer),
    conferenceUri: wire.onlineMeetingUri,
    conferenceId: wire.conferenceId,
    organizer: wire.organizerUri === undefined ? undefined : withoutScheme(wire.organizerUri),
    organizerName: organizer.name,
  };
}

/** A meeting seen from inside, in our words. */
export function toLiveMeeting(wire: OnlineMeeting, acceptJoinUrl: OrganizerFacts['acceptJoinUrl']): LiveMeeting {
  const conferenceUri = wire.onlineMeetingUri;
  const disclaimer = [wire.disclaimerTitle, wire.disclaimerBody].filter((part) => part !== undefined).join(': ');
  return {
    id: wire.onlineMeetingId ?? meetingIdOf(conferenceUri ?? '') ?? conferenceUri ?? wire.joinUrl ?? '',
    subject: wire.subject ?? '',
    access: toAccess(wire.accessLevel),
    expiresAt: wire.expirationTime,
    attendees: wire.attendees.map(withoutScheme),
    leaders: wire.leaders.map(withoutScheme),
    joinUrl: acceptedUrl(wire.joinUrl, { acceptJoinUrl }),
    conferenceUri,
    conferenceId: wire.conferenceId,
    organizer: wire.organizerUri === undefined ? undefined : withoutScheme(wire.organizerUri),
    organizerName: wire.organizerName,
    disclaimer,
  };
}

/** Changed settings in the wire's words. A value we cannot name on the wire is left as the server has it. */
export function toInput(changes: MeetingChanges): MyOnlineMeetingInput {
  const input = {
    subject: changes.subject,
    description: changes.description,
    attendees: changes.attendees?.map(withScheme),
    leaders: changes.leaders?.map(withScheme),
    accessLevel: wireOf(ACCESS, changes.access),
    automaticLeaderAssignment: wireOf(PRESENTERS, changes.presenters),
    entryExitAnnouncement: wireOf(TOGGLE, changes.announcements),
    lobbyBypassForPhoneUsers: wireOf(TOGGLE, changes.phoneSkipsLobby),
    phoneUserAdmission: wireOf(TOGGLE, changes.phoneAllowed),
    expirationTime: changes.expiresAt,
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** What the server has to say about choices; each part may be missing. */
export interface WireOptions {
  readonly eligible: OnlineMeetingEligibleValues | undefined;
  readonly defaults: OnlineMeetingDefaultValues | undefined;
  readonly policies: OnlineMeetingPolicies | undefined;
}

/** What may be chosen. Without eligible values everything may; without policies nothing that a policy must allow. */
export function toOptions(wire: WireOptions): MeetingOptions {
  const { eligible, defaults = {}, policies } = wire;
  const phone = policies?.phoneUserAdmission === true;
  return {
    access: listed(ACCESS, eligible?.accessLevels, ['everyone', 'company', 'invited', 'locked']),
    presenters: listed(PRESENTERS, eligible?.automaticLeaderAssignments, ['named', 'company', 'everyone']),
    announcements: announcementChoices(wire),
    phoneSkipsLobby: listed(TOGGLE, eligible?.lobbyBypassForPhoneUsersSettings, ['on', 'off']),
    phoneAllowed: phone ? ['on', 'off'] : ['off'],
    defaults: { ...toDefaults(defaults), phoneAllowed: phone ? 'on' : 'off' },
    warnAbovePeople: defaults.participantsWarningThreshold ?? policies?.meetingSize,
  };
}

/** Where the policy does not let organizers switch announcements, only the default is left. */
function announcementChoices({ eligible, defaults, policies }: WireOptions): readonly Toggle[] {
  const choices = listed(TOGGLE, eligible?.entryExitAnnouncements, ['on', 'off']);
  if (policies?.entryExitAnnouncement !== false) return choices;
  const standard = toToggle(defaults?.entryExitAnnouncement);
  return choices.filter((value) => value === standard);
}

function toDefaults(defaults: OnlineMeetingDefaultValues): MeetingOptions['defaults'] {
  return {
    access: toAccess(defaults.accessLevel),
    presenters: toPresenters(defaults.automaticLeaderAssignment),
    announcements: toToggle(defaults.entryExitAnnouncement),
    phoneSkipsLobby: toToggle(defaults.lobbyBypassForPhoneUsers),
  };
}

/** Numbers to call, the default region first. With a third-party provider its toll numbers count instead. */
export function toDialIn(wire: PhoneDialInInformation | undefined): DialIn {
  if (wire === undefined) return { regions: [] };
  if (!wire.isAudioConferenceProviderEnabled) return { regions: wire.regions };
  const numbers = [wire.tollNumber, ...wire.tollFreeNumbers].filter((number) => number !== undefined);
  return { regions: numbers.map((number) => ({ name: '', number })) };
}

function toAccess(wire: string | undefined): AccessLevel {
  return named(ACCESS, wire) ?? 'unknown';
}

function toPresenters(wire: string | undefined): PresenterRule {
  return named(PRESENTERS, wire) ?? 'unknown';
}

function toToggle(wire: string | undefined): Toggle {
  return named(TOGGLE, wire) ?? 'unknown';
}

function named<Word extends string>(words: Readonly<Record<Word, string>>, wire: string | undefined): Word | undefined {
  const known = Object.keys(words) as Word[];
  return known.find((word) => words[word].toLowerCase() === wire?.toLowerCase());
}

function wireOf<Word extends string>(
  words: Readonly<Record<Word, string>>,
  word: string | undefined,
): string | undefined {
  return word !== undefined && Object.hasOwn(words, word) ? words[word as Word] : undefined;
}

/** Values this program can name, in the order people expect; `otherwise` when the server lists none. */
function listed<Word extends string>(
  words: Readonly<Record<Word, string>>,
  wire: readonly string[] | undefined,
  otherwise: readonly Word[],
): readonly Word[] {
  if (wire === undefined || wire.length === 0) return otherwise;
  const allowed = wire.map((value) => named(words, value));
  return (Object.keys(words) as Word[]).filter((word) => allowed.includes(word));
}

function acceptedUrl(joinUrl: string | undefined, { acceptJoinUrl }: Pick<OrganizerFacts, 'acceptJoinUrl'>) {
  return joinUrl !== undefined && acceptJoinUrl(joinUrl) ? joinUrl : undefined;
}

/** Whether a URI of the wire, also one of a single device (`;gruu`), is that of an address of ours. */
export function isAddressOf(uri: string, address: string): boolean {
  return withoutScheme(uri).replace(/;.*$/su, '').toLowerCase() === address.toLowerCase();
}

function withoutScheme(uri: string): string {
  return uri.trim().replace(/^sips?\s*:\s*/iu, '');
}

function withScheme(address: string): string {
  return `sip:${withoutScheme(address)}`;
}
