import { about, choice, type Held, number, object, readAs, record, regularExpression, text, textLike } from './shape';

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

/** A decoded fault, or what is wrong with it in a sentence. */
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

  /** Those that still wait, oldest first. */
  get waiting(): readonly Readonly<Fault>[] {
    return this.faults;
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

/** A fault as it is written in JSON. */
export const faultShape = object(
  {},
  {
    match: about(
      'Which requests it hits; without it, any.',
      object(
        {},
        {
          method: about('An HTTP method; without it, any.', textLike('^[A-Za-z]+$', 'an HTTP method')),
          path: about('A regular expression on path and query string; without it, any.', regularExpression()),
        },
      ),
    ),
    times: about('How many requests it hits; 1 when absent.', number({ minimum: 1, whole: true })),
    status: about('Answers this instead of doing what was asked.', number({ minimum: 200, maximum: 599, whole: true })),
    headers: about('Headers of that answer.', record(text())),
    body: about('Body of that answer.', text()),
    contentType: about('Media type of that answer; text/html when absent.', text()),
    delayMs: about('Milliseconds before anything else happens.', number({ minimum: 0, whole: true })),
    dripMs: about('Milliseconds over which the answer arrives in pieces.', number({ minimum: 0, whole: true })),
    cut: about(
      'Cuts the connection before the request has its effect, or after it and without an answer.',
      choice(['before', 'after']),
    ),
  },
);

/** A fault as it is written in JSON; `match.path` is the text of a regular expression. */
export type WrittenFault = Held<typeof faultShape>;

/** Reads a fault as the control endpoint takes it. */
export function parseFault(value: Readonly<Record<string, unknown>>): FaultReading {
  const reading = readAs(faultShape, value);
  return reading.kind === 'value'
    ? { kind: 'fault', fault: faultFrom(reading.value) }
    : { kind: 'wrong', problem: reading.problems.join(' ') };
}

/** A fault that waits for its requests, from the way it is written. */
export function faultFrom({ match = {}, times = 1, headers = {}, delayMs = 0, ...rest }: WrittenFault): Fault {
  const method = match.method === undefined ? {} : { method: match.method.toUpperCase() };
  const path = match.path === undefined ? {} : { path: new RegExp(match.path) };
  return { match: { ...method, ...path }, times, headers, delayMs, ...rest };
}
