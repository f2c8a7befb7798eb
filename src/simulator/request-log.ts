import type { RequestRecord } from './options';

const KEEP = 500;

/** The last requests, newest last. */
export class RequestLog {
  readonly records: RequestRecord[] = [];

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > KEEP) this.records.shift();
  }
}
