import type { JsonObject } from './json';
import type { UcwaFormat } from './options';
import { encodeXmlInput } from './xml-input';

/**
 * What to ask for. The event channel speaks XML only under the exact name; `application/json` is what every server knows.
 * Source: Skype/UCWA/EventChannelDetails.md.
 */
const acceptByFormat: Readonly<Record<UcwaFormat, string>> = {
  json: 'application/json',
  xml: 'application/vnd.microsoft.com.ucwa+xml',
};

/** The `Accept` header of a format. */
export function acceptHeader(format: UcwaFormat): { readonly Accept: string } {
  return { Accept: acceptByFormat[format] };
}

/** A request's content and its `Content-Type`. Source: Skype/UCWA/PayloadFormat.md. */
export function encodePayload(
  body: JsonObject,
  format: UcwaFormat,
): { readonly contentType: string; readonly body: string } {
  switch (format) {
    case 'json':
      return { contentType: 'application/json', body: JSON.stringify(body) };
    case 'xml':
      return { contentType: 'application/xml', body: encodeXmlInput(body) };
  }
}
