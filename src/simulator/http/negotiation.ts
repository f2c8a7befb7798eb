/** A media type that UCWA resources can be written in. */
export type RepresentationType =
  | 'application/json'
  | 'application/xml'
  | 'application/vnd.microsoft.com.ucwa+json'
  | 'application/vnd.microsoft.com.ucwa+xml';

const known: readonly RepresentationType[] = [
  'application/json',
  'application/xml',
  'application/vnd.microsoft.com.ucwa+json',
  'application/vnd.microsoft.com.ucwa+xml',
];

/**
 * The representation an `Accept` header asks for: the best known type by `q`, else JSON. The event channel has XML only
 * under the vendor type. Source: Skype/UCWA/PayloadFormat.md, EventChannelDetails.md.
 */
export function representationFor(accept: string | undefined, kind: 'resource' | 'events'): RepresentationType {
  const wanted = (accept ?? '')
    .split(',')
    .map((entry) => {
      const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
  const allowed = kind === 'events' ? known.filter((type) => type !== 'application/xml') : known;
  for (const { type } of wanted) {
    const found = allowed.find((entry) => entry === type);
    if (found !== undefined) return found;
  }
  return 'application/json';
}
