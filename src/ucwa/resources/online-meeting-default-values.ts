import { compact, type JsonObject, readInteger, readText } from '../json';

/** Values to preselect when scheduling. Source: Skype/UCWA/onlineMeetingDefaultValues_ref.md. */
export interface OnlineMeetingDefaultValues {
  readonly accessLevel?: string;
  readonly automaticLeaderAssignment?: string;
  readonly entryExitAnnouncement?: string;
  readonly lobbyBypassForPhoneUsers?: string;
  /** `myAssignedOnlineMeeting` (use the personal meeting) or `myOnlineMeetings` (make a new one). */
  readonly defaultOnlineMeetingRel?: string;
  /** Warn, do not block, above this many people. */
  readonly participantsWarningThreshold?: number;
}

/** Reads the default values; all are optional. */
export function decodeDefaultValues(raw: JsonObject): OnlineMeetingDefaultValues {
  return compact({
    accessLevel: readText(raw, 'accessLevel'),
    automaticLeaderAssignment: readText(raw, 'automaticLeaderAssignment'),
    entryExitAnnouncement: readText(raw, 'entryExitAnnouncement'),
    lobbyBypassForPhoneUsers: readText(raw, 'lobbyBypassForPhoneUsers'),
    defaultOnlineMeetingRel: readText(raw, 'defaultOnlineMeetingRel'),
    participantsWarningThreshold: readInteger(raw, 'participantsWarningThreshold'),
  });
}
