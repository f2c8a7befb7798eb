import { type JsonObject, readTextList } from '../json';

/** What the user may choose from when scheduling. Source: Skype/UCWA/onlineMeetingEligibleValues_ref.md. */
export interface OnlineMeetingEligibleValues {
  readonly accessLevels: readonly string[];
  readonly automaticLeaderAssignments: readonly string[];
  /** `["Unsupported"]` means: do not offer the choice. */
  readonly entryExitAnnouncements: readonly string[];
  readonly lobbyBypassForPhoneUsersSettings: readonly string[];
  readonly eligibleOnlineMeetingRels: readonly string[];
}

/** Reads the eligible values; a list the server leaves out is empty. */
export function decodeEligibleValues(raw: JsonObject): OnlineMeetingEligibleValues {
  return {
    accessLevels: readTextList(raw, 'accessLevels'),
    automaticLeaderAssignments: readTextList(raw, 'automaticLeaderAssignments'),
    entryExitAnnouncements: readTextList(raw, 'entryExitAnnouncements'),
    lobbyBypassForPhoneUsersSettings: readTextList(raw, 'lobbyBypassForPhoneUsersSettings'),
    eligibleOnlineMeetingRels: readTextList(raw, 'eligibleOnlineMeetingRels'),
  };
}
