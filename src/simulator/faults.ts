/** A failure that is waiting for its request. */
export interface Fault {
  readonly match: { readonly method?: string; readonly path?: RegExp };
  /** How many requests it still hits. */
  times: number;
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  /** Real milliseconds before anything else happens. */
  readonly delayMs: number;
  /** Real milliseconds the answer's body takes to arrive, piece by piece. */
  readonly dripMs?: number;
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

/** A fault as it is written in JSON; `match.path` is the text of a regular expression. */
interface WrittenFault {
  readonly match?: { readonly method?: string; readonly path?: string };
  readonly times?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly delayMs?: number;
  readonly dripMs?: number;
  readonly cut?: 'before' | 'after';
}

interface FieldRule {
  readonly allows: (value: unknown) => boolean;
  readonly says: string;
}

const rules: Readonly<Record<keyof WrittenFault, FieldRule>> = {
  match: {
    allows: isMatch,
    says: 'an object with optional texts "method" and "path", the latter a regular expression',
  },
  times: { allows: (value) => isCount(value) && value > 0, says: 'a whole number above 0' },
  status: { allows: (value) => isCount(value) && value >= 200 && value <= 599, says: 'a number from 200 to 599' },
  headers: { allows: isTextRecord, says: 'an object of texts' },
  body: { allows: isText, says: 'a text' },
  contentType: { allows: isText, says: 'a text' },
  delayMs: { allows: isCount, says: 'a whole number' },
  dripMs: { allows: isCount, says: 'a whole number' },
  cut: { allows: (value) => value === 'before' || value === 'after', says: '"before" or "after"' },
};

/** Reads a fault as the control endpoint takes it. */
export function parseFault(value: Readonly<Record<string, unknown>>): FaultReading {
  for (const [name, given] of Object.entries(value)) {
    if (!isField(name)) return { kind: 'wrong', problem: `A fault has no field "${name}".` };
    if (!rules[name].allows(given)) return { kind: 'wrong', problem: `"${name}" is ${rules[name].says}.` };
  }
  // Every field has just been checked against its rule.
  const { match = {}, times = 1, headers = {}, delayMs = 0, ...rest } = value as WrittenFault;
  const method = match.method === undefined ? {} : { method: match.method.toUpperCase() };
  const path = match.path === undefined ? {} : { path: new RegExp(match.path) };
  return { kind: 'fault', fault: { match: { ...method, ...path }, times, headers, delayMs, ...rest } };
}

function isField(name: string): name is keyof WrittenFault {
  return Object.hasOwn(rules, name);
}

function isMatch(value: unknown): boolean {
  if (!isTextRecord(value)) return false;
  if (Object.keys(value).some((name) => name !== 'method' && name !== 'path')) return false;
  try {
    return new RegExp(value.path ?? '') instanceof RegExp;
  } catch {
    return false;
  }
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
