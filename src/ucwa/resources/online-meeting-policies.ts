import { compact, type JsonObject, readInteger, readText } from '../json';

/**
 * What policy allows the organizer. A generic policy that is not `Enabled` counts as disabled (samples show `None`).
 * Source: Skype/UCWA/onlineMeetingPolicies_ref.md.
 */
export interface OnlineMeetingPolicies {
  readonly entryExitAnnouncement: boolean;
  readonly externalUserMeetingRecording: boolean;
  readonly meetingRecording: boolean;
  readonly phoneUserAdmission: boolean;
  readonly voipAudio: boolean;
  /** Number of people above which to warn. */
  readonly meetingSize?: number;
}

/** Reads the policies. */
export function decodePolicies(raw: JsonObject): OnlineMeetingPolicies {
  const enabled = (name: string): boolean => readText(raw, name)?.toLowerCase() === 'enabled';
  return {
    entryExitAnnouncement: enabled('entryExitAnnouncement'),
    externalUserMeetingRecording: enabled('externalUserMeetingRecording'),
    meetingRecording: enabled('meetingRecording'),
    phoneUserAdmission: enabled('phoneUserAdmission'),
    voipAudio: enabled('voipAudio'),
    ...compact({ meetingSize: readInteger(raw, 'meetingSize') }),
  };
}
