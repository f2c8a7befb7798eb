/** A failure that is waiting for its request. */
export interface Fault {
  readonly match: { readonly method?: string; readonly path?: RegExp };
  /** How many requests it still hits. */
  times: number;
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly delayMs: number;
  /** `before`: the connection is cut and nothing happens; `after`: the effect happens, the answer is lost. */
  readonly cut?: 'before' | 'after';
}

/** A decoded fault, or the first thing wrong with it as a sentence. */
export type FaultReading = { kind: 'fault'; fault: Fault } | { kind: 'wrong'; problem: string };

/** The faults that have been ordered over the control endpoint, first come first served. */
export class FaultBox {
  private faults: Fault[] = [];

  add(fault: Fault): void {
    this.faults.push(fault);
  }

  clear(): void {
    this.faults = [];
  }

  get size(): number {
    return this.faults.length;
  }

  /** The fault for a request, counted as used. `path` includes the query string. */
  take(method: string, path: string): Fault | undefined {
    const fault = this.faults.find(
      ({ match }) => (match.method ?? method) === method && (match.path === undefined || match.path.test(path)),
    );
    if (fault === undefined) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.faults = this.faults.filter((entry) => entry !== fault);
    return fault;
  }
}

/** Reads a fault as the control endpoint takes it. */
export function parseFault(value: Readonly<Record<string, unknown>>): FaultReading {
  const { match = {}, times = 1, status, headers = {}, body, contentType, delayMs = 0, cut } = value;
  if (!isRecord(match) || !isOptionalText(match['method']) || !isOptionalText(match['path'])) {
    return { kind: 'wrong', problem: '"match" is an object with optional texts "method" and "path".' };
  }
  const path = parsePattern(match['path']);
  if (path === 'wrong') return { kind: 'wrong', problem: '"match.path" is not a regular expression.' };
  if (!isCount(times) || !isCount(delayMs))
    return { kind: 'wrong', problem: '"times" and "delayMs" are whole numbers.' };
  if (status !== undefined && !(isCount(status) && status >= 200 && status <= 599)) {
    return { kind: 'wrong', problem: '"status" is a number from 200 to 599.' };
  }
  if (!isTextRecord(headers)) return { kind: 'wrong', problem: '"headers" is an object of texts.' };
  if (!isOptionalText(body) || !isOptionalText(contentType)) {
    return { kind: 'wrong', problem: '"body" and "contentType" are texts.' };
  }
  if (cut !== undefined && cut !== 'before' && cut !== 'after') {
    return { kind: 'wrong', problem: '"cut" is "before" or "after".' };
  }
  const method = match['method']?.toUpperCase();
  return {
    kind: 'fault',
    fault: {
      match: { ...(method !== undefined && { method }), ...(path !== undefined && { path }) },
      times,
      headers,
      delayMs,
      ...(status !== undefined && { status }),
      ...(body !== undefined && { body }),
      ...(contentType !== undefined && { contentType }),
      ...(cut !== undefined && { cut }),
    },
  };
}

function parsePattern(text: string | undefined): RegExp | undefined | 'wrong' {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch {
    return 'wrong';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === 'string');
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
