/** Who comes straight in. Everyone else waits in the lobby. `unknown` is a value a newer server may have. */
export type AccessLevel = 'everyone' | 'company' | 'invited' | 'locked' | 'unknown';

/** Who presents without being named: nobody else, people of the company, or everyone. */
export type PresenterRule = 'named' | 'company' | 'everyone' | 'unknown';

/** A switch of the meeting; `unsupported` means the server does not have it for this organizer. */
export type Toggle = 'on' | 'off' | 'unsupported' | 'unknown';

/** The part of a meeting people may write. Addresses are `user@domain`, without `sip:`. */
export interface MeetingSettings {
  readonly subject: string;
  readonly description: string;
  readonly attendees: readonly string[];
  readonly leaders: readonly string[];
  readonly access: AccessLevel;
  readonly presenters: PresenterRule;
  readonly announcements: Toggle;
  readonly phoneSkipsLobby: Toggle;
  readonly phoneAllowed: Toggle;
  /** The server may delete the meeting after this moment; undefined when it did not say. */
  readonly expiresAt: Date | undefined;
}

/** Name of one writable property. */
export type SettingName = keyof MeetingSettings;

/** Every writable property, in the order of the form. */
export const SETTING_NAMES = [
  'subject',
  'description',
  'expiresAt',
  'attendees',
  'leaders',
  'presenters',
  'access',
  'phoneSkipsLobby',
  'phoneAllowed',
  'announcements',
] as const satisfies readonly SettingName[];

/** A meeting of the schedule, as this program thinks of it. */
export interface Meeting extends MeetingSettings, MeetingFacts {
  /** Changes with every change of the meeting on the server; absent where the server gives none. */
  readonly version: string | undefined;
  /** The organizer's permanent room: its address never changes and it cannot be cancelled. */
  readonly isPersonalRoom: boolean;
}

/** What a meeting says about itself and nobody can write. */
export interface MeetingFacts {
  /** The server's short meeting ID, unique for its organizer. */
  readonly id: string;
  readonly joinUrl: string | undefined;
  /** `sip:…;gruu;opaque=app:conf:focus:id:…`: what a client needs to join. */
  readonly conferenceUri: string | undefined;
  /** The number people type on a phone; absent when nobody may dial in. */
  readonly conferenceId: string | undefined;
  /** Address of the organizer, `user@domain`. */
  readonly organizer: string | undefined;
  readonly organizerName?: string | undefined;
}

/** A meeting seen from inside, by starting or joining it: nothing about it can be edited from there. */
export interface LiveMeeting extends MeetingFacts {
  readonly subject: string;
  readonly access: AccessLevel;
  readonly expiresAt: Date | undefined;
  readonly attendees: readonly string[];
  readonly leaders: readonly string[];
  /** What the company wants to be read before joining. */
  readonly disclaimer?: string | undefined;
}

/** What a new meeting starts from; everything left out takes the server's default. */
export type MeetingDraft = Partial<MeetingSettings> & { readonly subject: string };

/** Changed properties only. */
export type MeetingChanges = Partial<MeetingSettings>;

/** What the organizer's policy lets people choose, and what it preselects. */
export interface MeetingOptions {
  readonly access: readonly AccessLevel[];
  readonly presenters: readonly PresenterRule[];
  readonly announcements: readonly Toggle[];
  readonly phoneSkipsLobby: readonly Toggle[];
  readonly phoneAllowed: readonly Toggle[];
  readonly defaults: Partial<
    Pick<MeetingSettings, 'access' | 'presenters' | 'announcements' | 'phoneSkipsLobby' | 'phoneAllowed'>
  >;
  /** Above this number of invited people the organizer should be warned; undefined when the server names none. */
  readonly warnAbovePeople: number | undefined;
}

/** Numbers people can call. */
export interface DialIn {
  readonly regions: readonly { readonly name: string; readonly number: string }[];
}
