/** Who goes straight into a meeting. Source: Skype/UCWA/AccessLevel_ref.md. */
export type AccessLevel = 'SameEnterprise' | 'Locked' | 'Invited' | 'Everyone';

/** Who becomes a leader on joining. Source: Skype/UCWA/AutomaticLeaderAssignment_ref.md. */
export type LeaderAssignment = 'Disabled' | 'SameEnterprise' | 'Everyone';

/** Source: Skype/UCWA/EntryExitAnnouncement_ref.md. */
export type Announcement = 'Unsupported' | 'Disabled' | 'Enabled';

/** The two-valued settings of the protocol. */
export type OnOff = 'Disabled' | 'Enabled';

/** The conferencing policy an administrator gave to a person. */
export interface MeetingPolicy {
  readonly accessLevels: readonly AccessLevel[];
  readonly leaderAssignments: readonly LeaderAssignment[];
  readonly announcements: readonly Announcement[];
  readonly phoneLobbyBypass: readonly OnOff[];
  readonly defaultAccessLevel: AccessLevel;
  readonly defaultLeaderAssignment: LeaderAssignment;
  readonly phoneJoin: OnOff;
  /** False: the person may join and start, but schedules nothing. */
  readonly maySchedule: boolean;
}

/** One person (or service account) of the company. */
export interface Person {
  /** SIP URI with scheme, lower case: `sip:anna.berg@contoso.com`. */
  readonly uri: string;
  readonly name: string;
  /** Account name before the `@`; also the slug of join URLs. */
  readonly account: string;
  readonly password: string;
  readonly title?: string;
  readonly department?: string;
  /** Homed on the second pool when there is one. */
  readonly secondPool?: boolean;
  /** False: signs in, but gets no `applications` link. */
  readonly ucwaEnabled?: boolean;
  readonly policy: MeetingPolicy;
  /** Meeting ID of the personal room; absent: the policy gives none. */
  readonly personalRoomId?: string;
}

/** A meeting that exists before anybody signs in. */
export interface SeedMeeting {
  readonly organizer: string;
  readonly id: string;
  readonly subject: string;
  readonly description?: string;
  readonly accessLevel?: AccessLevel;
  readonly leaderAssignment?: LeaderAssignment;
  readonly announcement?: Announcement;
  readonly phoneUserAdmission?: OnOff;
  readonly phoneLobbyBypass?: OnOff;
  readonly attendees?: readonly string[];
  readonly leaders?: readonly string[];
  /** Days from the start of the simulator until the meeting may be deleted, rounded up to the full hour. */
  readonly expiresInDays: number;
}

/** A dial-in number with the languages spoken behind it. */
export interface DialInRegion {
  readonly name: string;
  /** `tel:` URI. */
  readonly number: string;
  readonly languages: readonly string[];
}

/** Everything the pool knows about the company it serves. */
export interface Company {
  readonly name: string;
  readonly sipDomain: string;
  readonly people: readonly Person[];
  readonly meetings: readonly SeedMeeting[];
  readonly dialInRegions: readonly DialInRegion[];
  /** Name of one of the regions; undefined when there are none. */
  readonly defaultRegion: string | undefined;
  /** The page with all numbers to dial. */
  readonly dialInDirectoryUrl: string;
  /** Account name of the service account shown as `demoAccount`. */
  readonly serviceAccount: string;
  readonly invitation: { readonly helpUrl: string; readonly legalUrl: string; readonly footerText: string };
}
