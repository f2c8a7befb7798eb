import { type Cell, nothing, printTable, rounded, type Table } from '../table';

import { drawText, type Series } from './plot';
import { type Measure, measures, type Sample } from './samples';
import type { SoakReport } from './soak';
import { trendOf } from './trend';

/** Complaints that are printed; all are counted. */
const mostShown = 20;

/** Whether something was lost, doubled, or is not what people asked for. */
export function isBroken({ complaints, unfinished }: SoakReport): boolean {
  return complaints.length > 0 || unfinished > 0;
}

/** What a soak came to: a table, small plots, and what is wrong. */
export function reportOf(report: SoakReport): string {
  return `${printTable(tableOf(report))}\n${drawText(seriesOf(report.samples))}\n`;
}

/** Every measure at the start, at the quarters and at the end, and how it changes. */
export function tableOf(report: SoakReport): Table {
  const { settings, samples, complaints } = report;
  const { engine, perMinute } = settings;
  const minutes = (samples.at(-1)?.atMs ?? 0) / 60_000;
  const begun = [...report.begun].map(([occupation, count]) => `${String(count)} × ${occupation}`).join(', ');
  return {
    title: `Soak: ${String(rounded(minutes))} min, ${String(perMinute)} activities a minute, ${engine}`,
    columns: ['measure', 'unit', 'start', '1/4', '1/2', '3/4', 'end', 'per hour', '±'],
    rows: Object.keys(measures).map((measure) => rowOf(measure as Measure, samples)),
    notes: [
      'per hour: slope of the last three quarters; ±: with 95 % certainty no further away, if deviations are independent.',
      `${String(report.sent)} activities: ${begun}.`,
      `${String(report.errorLines)} lines of level error; load of the machine: ${String(rounded(report.machineLoad))} on the mean.`,
      `${String(complaints.length)} complaints, ${String(report.unfinished)} operations unfinished.`,
      ...complaints.slice(0, mostShown),
    ],
  };
}

/** What can be drawn: measures that change, with a value for more than one moment. */
export function seriesOf(samples: readonly Sample[]): readonly Series[] {
  return Object.entries(measures).flatMap(([measure, { title, unit }]) => {
    const points = pointsOf(measure as Measure, samples).map(([atMs, value]) => [atMs / 60_000, value] as const);
    return points.length < 2 ? [] : [{ title, unit, points }];
  });
}

function rowOf(measure: Measure, samples: readonly Sample[]): readonly Cell[] {
  const { title, unit } = measures[measure];
  const points = pointsOf(measure, samples);
  const endMs = samples.at(-1)?.atMs ?? 0;
  const moments = [0, 0.25, 0.5, 0.75, 1].map((part) => nearest(points, part * endMs));
  const trend = trendOf(
    points.filter(([atMs]) => atMs >= endMs / 4).map(([atMs, value]) => [atMs / 3_600_000, value] as const),
  );
  return [
    ...[title, unit, ...moments.map((value) => (value === undefined ? nothing : rounded(value)))],
    ...(trend === undefined ? [nothing, nothing] : [rounded(trend.slope), rounded(trend.uncertainty)]),
  ];
}

function pointsOf(measure: Measure, samples: readonly Sample[]): readonly (readonly [atMs: number, value: number])[] {
  return samples.flatMap(({ atMs, values }) => {
    const value = values[measure];
    return value === undefined ? [] : [[atMs, value] as const];
  });
}

function nearest(points: readonly (readonly [atMs: number, value: number])[], atMs: number): number | undefined {
  const sorted = [...points].sort(([one], [other]) => Math.abs(one - atMs) - Math.abs(other - atMs));
  return sorted[0]?.[1];
}
