import type { UcwaFormat } from '../../../../src/ucwa';
import { toXml } from '../xml-form';

type JsonObject = Readonly<Record<string, unknown>>;

/** What the simulator's control endpoint takes, besides `match`; the answer in each of the two formats. */
export type FaultIn = (format: UcwaFormat) => JsonObject;

/** One way for a request to fail. */
export interface Failure {
  readonly name: string;
  readonly fault: FaultIn;
}

/** A UCWA answer, error or not, as a server writes it that was asked for this format. */
export function written(content: JsonObject, format: UcwaFormat): JsonObject {
  return format === 'xml'
    ? { contentType: 'application/vnd.microsoft.com.ucwa+xml; charset=utf-8', body: toXml(content) }
    : { contentType: 'application/json; charset=utf-8', body: JSON.stringify(content) };
}

/** The same whatever the format: a connection, a proxy or the web server in front of UCWA. */
const same =
  (fault: JsonObject): FaultIn =>
  () =>
    fault;

const ucwa =
  (status: number, [code, subcode]: readonly [string, string], more: JsonObject = {}): FaultIn =>
  (format) => ({ status, ...written({ code, subcode, message: 'Something went wrong.' }, format), ...more });

const garbled =
  (texts: Readonly<Record<UcwaFormat, string>>): FaultIn =>
  (format) => ({ status: 200, contentType: `application/${format}`, body: texts[format] });

const diagnosed = (status: number, diagnostics: string): FaultIn =>
  same({ status, headers: { 'X-Ms-diagnostics': diagnostics } });

/** Failures that leave no doubt that the request was not executed. */
export const refusals: readonly Failure[] = [
  { name: '429 with Retry-After', fault: ucwa(429, ['TooManyRequests', 'None'], { headers: { 'Retry-After': '2' } }) },
  { name: '401 without a challenge', fault: same({ status: 401 }) },
  { name: "500 for another pool's ticket", fault: diagnosed(500, '28032;source="fe1";reason="Invalid ticket."') },
];

/** The answer comes in the end. */
export const delays: readonly Failure[] = [
  { name: 'a slow drip', fault: same({ dripMs: 200 }) },
  { name: 'a late answer', fault: same({ delayMs: 200 }) },
];

/** It was executed, and nobody was told. */
export const cutAfter: Failure = { name: 'a connection cut after the effect', fault: same({ cut: 'after' }) };

const busyProxy: Failure = {
  name: '503 with Retry-After from a proxy',
  fault: same({ status: 503, headers: { 'Retry-After': '2' } }),
};
const busyServer: Failure = { name: '503 of the server', fault: ucwa(503, ['ServiceUnavailable', 'None']) };

/** Passing failures that ask for another try at any address, discovery included. */
export const busy: readonly Failure[] = [busyProxy, busyServer];

/** Failures after which nobody can tell whether the request was executed, but that pass; without `busy`. */
export const broken: readonly Failure[] = [
  { name: '502 from a proxy', fault: same({ status: 502 }) },
  { name: '504', fault: ucwa(504, ['Timeout', 'None']) },
  { name: '500 CallbackChannelError', fault: ucwa(500, ['ServiceFailure', 'CallbackChannelError']) },
  { name: 'a connection cut before the effect', fault: same({ cut: 'before' }) },
];

/** Answers that are none, and one that takes minutes to give up on: it comes first, so that the rest is played meanwhile. */
export const nonsense: readonly Failure[] = [
  { name: '410 CannotRedirect', fault: ucwa(410, ['Gone', 'CannotRedirect']) },
  { name: 'HTML with status 200', fault: same({ status: 200, body: '<html><body>Please log in</body></html>' }) },
  { name: 'a broken document', fault: garbled({ json: '{"_links":', xml: '<resource rel="x"><link' }) },
  { name: 'a document that is something else', fault: garbled({ json: '[1,null]', xml: '<feed><entry /></feed>' }) },
  {
    name: '302 to a foreign host',
    fault: same({ status: 302, headers: { Location: 'https://evil.example/login' } }),
  },
];
