import { RequestError } from '../errors';
import { type JsonObject, numberAt, objectAt, textAt } from '../json';

/** A disturbance of the next connector calls. */
export interface Fault {
  readonly method: string | undefined;
  /** Tested against the path of the call, percent-encoding as sent. */
  readonly path: RegExp | undefined;
  /** Answer with this status instead of serving the call. */
  readonly status: number | undefined;
  /** Body that goes with `status`. */
  readonly body: unknown;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;
  readonly delayMs: number;
  /** Close the connection without an answer, before or after the call has taken effect. */
  readonly drop: 'before' | 'after' | undefined;
  times: number;
}

/** The disturbances that were scripted and are not used up. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault that fits the call; it counts as used once. */
  take(method: string, path: string): Fault | undefined {
    const fault = this.#faults.find(
      (candidate) =>
        (candidate.method === undefined || candidate.method === method) && (candidate.path?.test(path) ?? true),
    );
    if (fault === undefined) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#faults = this.#faults.filter((candidate) => candidate !== fault);
    return fault;
  }
}

/**
 * Reads a fault as scripts send it.
 *
 * @throws RequestError 400 `BadFault`
 */
export function decodeFault(body: JsonObject): Fault {
  const match = objectAt(body, 'match');
  const drop = textAt(body, 'drop');
  if (drop !== undefined && drop !== 'before' && drop !== 'after') {
    throw new RequestError(400, 'BadFault', 'drop must be "before" or "after".');
  }
  const status = numberAt(body, 'status');
  if (status !== undefined && (status < 200 || status > 599)) {
    throw new RequestError(400, 'BadFault', 'status must be between 200 and 599.');
  }
  return {
    method: textAt(match, 'method')?.toUpperCase(),
    path: decodePattern(textAt(match, 'path')),
    status,
    body: body.body,
    retryAfter: numberAt(body, 'retryAfter'),
    delayMs: numberAt(body, 'delayMs') ?? 0,
    drop,
    times: numberAt(body, 'times') ?? 1,
  };
}

function decodePattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw new RequestError(400, 'BadFault', 'match.path must be a regular expression.');
  }
}
