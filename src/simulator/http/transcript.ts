import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes kept of each body; more would make 500 requests heavy. */
const KEEP_BYTES = 64 * 1024;

/** Headers in the order of the wire. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One half of an exchange as it went over the wire. Secrets are still in it. */
export interface TranscriptHalf {
  readonly headers: HeaderList;
  readonly body: string;
  /** Bytes of the whole body, of which `body` may be the beginning only. */
  readonly bodyBytes: number;
}

/** Keeps what is said in one exchange, without a part in it. */
export class Transcript {
  /** Whether an ordered fault met it. */
  faulty = false;
  /** Whether the connection was cut on purpose: what was written after it went nowhere. */
  cut = false;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly heard = new Bytes();
  private readonly said = new Bytes();

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    listenTo(response, this.said);
  }

  /** Takes a piece of the request's body from whoever reads it. */
  hear(chunk: Buffer): void {
    this.heard.add(chunk);
  }

  /** The request; its body is empty when nobody read it. */
  get asked(): TranscriptHalf {
    const { rawHeaders, headers } = this.request;
    const listed = pairs(rawHeaders);
    // A part of a batch has no raw ones.
    return { headers: listed.length > 0 ? listed : entries(headers), ...this.heard.content };
  }

  /** The answer, as far as it was written. */
  get answered(): TranscriptHalf {
    if (this.cut) return { headers: [], body: '', bodyBytes: 0 };
    return { headers: entries(this.response.getHeaders()), ...this.said.content };
  }
}

/** Overhears a body while it is written. */
function listenTo(response: ServerResponse, bytes: Bytes): void {
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.write = (...args: unknown[]): boolean => {
    bytes.add(args[0]);
    return write(...args);
  };
  response.end = (...args: unknown[]): ServerResponse => {
    bytes.add(args[0]);
    return end(...args);
  };
}

/** The beginning of a body, and its length. */
class Bytes {
  private readonly chunks: Buffer[] = [];
  private kept = 0;
  private length = 0;

  add(chunk: unknown): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const bytes = Buffer.from(chunk as string);
    this.length += bytes.length;
    const part = bytes.subarray(0, KEEP_BYTES - this.kept);
    if (part.length === 0) return;
    this.kept += part.length;
    this.chunks.push(part);
  }

  get content(): { body: string; bodyBytes: number } {
    return { body: Buffer.concat(this.chunks).toString('utf8'), bodyBytes: this.length };
  }
}

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}

function entries(headers: Readonly<Record<string, number | string | string[] | undefined>>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((single) => [name, String(single)] as const),
  );
}
