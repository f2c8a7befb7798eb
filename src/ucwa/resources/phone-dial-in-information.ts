import { compact, type JsonObject, readBoolean, readText, readTextList } from '../json';

import { embeddedOf } from './resource';

/** One region with the number to dial. Source: Skype/UCWA/dialInRegion_ref.md. */
export interface DialInRegion {
  readonly name: string;
  /** `tel:` URI or plain digits, as the server sends it. */
  readonly number: string;
  readonly languages: readonly string[];
}

/** How to dial into a meeting by phone. Source: Skype/UCWA/phoneDialInInformation_ref.md. */
export interface PhoneDialInInformation {
  readonly conferenceId?: string;
  readonly defaultRegion?: string;
  readonly externalDirectoryUri?: string;
  readonly internalDirectoryUri?: string;
  /** With a third-party provider, toll numbers and pass code count; otherwise the regions and the meeting's own id. */
  readonly isAudioConferenceProviderEnabled: boolean;
  readonly participantPassCode?: string;
  readonly tollNumber?: string;
  readonly tollFreeNumbers: readonly string[];
  /** The default region first. */
  readonly regions: readonly DialInRegion[];
}

/** Reads the dial-in information and its embedded regions. */
export function decodePhoneDialInInformation(raw: JsonObject): PhoneDialInInformation {
  const defaultRegion = readText(raw, 'defaultRegion');
  const regions = embeddedOf(raw, 'dialInRegion').map(decodeRegion);
  return compact({
    conferenceId: readText(raw, 'conferenceId'),
    defaultRegion,
    externalDirectoryUri: readText(raw, 'externalDirectoryUri'),
    internalDirectoryUri: readText(raw, 'internalDirectoryUri'),
    isAudioConferenceProviderEnabled: readBoolean(raw, 'isAudioConferenceProviderEnabled') ?? false,
    participantPassCode: readText(raw, 'participantPassCode'),
    tollNumber: readText(raw, 'tollNumber'),
    tollFreeNumbers: readTextList(raw, 'tollFreeNumbers'),
    regions: [
      ...regions.filter((region) => region.name === defaultRegion),
      ...regions.filter((region) => region.name !== defaultRegion),
    ],
  });
}

function decodeRegion(raw: JsonObject): DialInRegion {
  return {
    name: readText(raw, 'name') ?? '',
    number: readText(raw, 'number') ?? '',
    languages: readTextList(raw, 'languages'),
  };
}
