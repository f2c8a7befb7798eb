import { invalidParameters, type ParameterProblem } from '../http/problem';

/** How long an event channel may hold things, in seconds. */
export interface Aggregation {
  readonly low: number;
  readonly medium: number;
  readonly timeout: number;
}

/** What the server does when nobody asked. Source: Skype/UCWA/EventChannelDetails.md. */
export const defaultAggregation: Aggregation = { low: 15, medium: 5, timeout: 180 };

const ranges: Readonly<Record<keyof Aggregation, readonly [number, number]>> = {
  low: [5, 1800],
  medium: [5, 1800],
  timeout: [180, 1800],
};

/**
 * Reads `low`, `medium` and `timeout` of a P-GET; only those given are in the result.
 *
 * @throws UcwaProblem 400 naming each one out of range.
 */
export function parseAggregation(query: URLSearchParams): Partial<Aggregation> {
  const wrong: ParameterProblem[] = [];
  const given: Partial<Record<keyof Aggregation, number>> = {};
  for (const name of ['low', 'medium', 'timeout'] as const) {
    const text = query.get(name);
    if (text === null) continue;
    const [least, most] = ranges[name];
    const seconds = /^\d+$/.test(text) ? Number(text) : NaN;
    if (seconds >= least && seconds <= most) given[name] = seconds;
    else wrong.push({ name, reason: `The value must be between ${String(least)} and ${String(most)}.` });
  }
  if (wrong.length > 0) throw invalidParameters(...wrong);
  return given;
}
