import type { DialInRegion } from '../company';
import type { Resource } from '../http/resource';

/** The numbers behind which a meeting answers. */
export interface ConferenceRegions {
  readonly dialInRegions: readonly DialInRegion[];
  readonly defaultRegion: string | undefined;
  readonly dialInDirectoryUrl: string;
}

/** How to join by phone. Source: Skype/UCWA/phoneDialInInformation_ref.md, dialInRegion_ref.md. */
export function phoneDialInResource(
  { dialInRegions, defaultRegion, dialInDirectoryUrl }: ConferenceRegions,
  place: { self: string; conferenceId: string | undefined },
): Resource {
  const first = dialInRegions.find(({ name }) => name === defaultRegion);
  return {
    rel: 'phoneDialInInformation',
    properties: {
      conferenceId: place.conferenceId,
      defaultRegion,
      externalDirectoryUri: dialInDirectoryUrl,
      isAudioConferenceProviderEnabled: false,
      tollNumber: first?.number.replace(/^tel:/, ''),
      tollFreeNumbers: [],
    },
    links: { self: { href: place.self } },
    embedded: {
      dialInRegion: dialInRegions.map(({ name, number, languages }) => ({
        rel: 'dialInRegion',
        properties: { name, number, languages },
        links: {},
      })),
    },
  };
}
