import type { IncomingMessage } from 'node:http';

import type { HeaderList, Transcript, TranscriptHalf } from './http/transcript';
import type { RequestRecord } from './options';
import type { SecretRemover } from './secrets';

const KEEP = 500;
/** Characters of a body that are shown. */
const SHOWN = 16 * 1024;

/** One half of an exchange for people to read. */
export interface ShownHalf {
  readonly headers: HeaderList;
  /** The beginning, where the body is long. */
  readonly body: string;
  readonly bodyBytes: number;
}

/** A request and its answer in full, secrets removed. */
export interface RequestDetail extends RequestRecord {
  /** Whether an ordered fault met it. */
  readonly faulty: boolean;
  readonly request: ShownHalf;
  readonly response: ShownHalf;
}

/** The last requests, newest last. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  private readonly transcripts = new Map<number, Transcript>();
  private readonly open = new WeakMap<IncomingMessage, Transcript>();
  private readonly secrets: SecretRemover;
  private last = 0;

  constructor(secrets: SecretRemover) {
    this.secrets = secrets;
  }

  /** Follows a request that has just come in. */
  follow(request: IncomingMessage, transcript: Transcript): void {
    this.open.set(request, transcript);
  }

  /** The transcript of a request that is under way. */
  transcriptOf(request: IncomingMessage): Transcript | undefined {
    return this.open.get(request);
  }

  /** Enters a request that has ended. */
  add(record: Omit<RequestRecord, 'number'>, transcript: Transcript): void {
    this.last += 1;
    this.records.push({ number: this.last, ...record, path: this.secrets.text(record.path) });
    this.transcripts.set(this.last, transcript);
    const dropped = this.records.length > KEEP ? this.records.shift() : undefined;
    if (dropped !== undefined) this.transcripts.delete(dropped.number);
  }

  /** One of the last requests in full. */
  detail(number: number): RequestDetail | undefined {
    const record = this.records.find((entry) => entry.number === number);
    const transcript = this.transcripts.get(number);
    if (record === undefined || transcript === undefined) return undefined;
    const { faulty, asked, answered } = transcript;
    return { ...record, faulty, request: this.shown(asked), response: this.shown(answered) };
  }

  private shown({ headers, body, bodyBytes }: TranscriptHalf): ShownHalf {
    return {
      headers: headers.map(([name, value]) => [name, this.secrets.header(name, value)] as const),
      body: this.secrets.text(body).slice(0, SHOWN),
      bodyBytes,
    };
  }
}
