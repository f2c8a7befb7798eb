import { rounded } from '../table';

/** One line over time. */
export interface Series {
  readonly title: string;
  readonly unit: string;
  /** Minutes since the beginning, and the value. */
  readonly points: readonly (readonly [minutes: number, value: number])[];
}

const width = 760;
const panelHeight = 104;
const plotLeft = 64;
const plotRight = width - 16;
const top = 40;

/** Readable on light and on dark, as whoever looks prefers it. */
const style = `
  svg { background: #ffffff; color: #1f2328; font: 12px system-ui, sans-serif; }
  text { fill: currentColor; }
  .title { font-size: 15px; font-weight: 600; }
  .name { font-weight: 600; }
  .faint { fill: #59636e; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .line { fill: none; stroke: #0969da; stroke-width: 1.5; stroke-linejoin: round; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; color: #f0f6fc; }
    .faint { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .line { stroke: #58a6ff; }
  }`;

/** Draws the series one below the other as an SVG file, each on a scale of its own that begins at 0. */
export function drawSvg(title: string, series: readonly Series[]): string {
  const height = top + series.length * panelHeight + 12;
  const minutes = Math.max(...series.flatMap(({ points }) => points.map(([at]) => at)), 0.01);
  const panels = series.map((one, at) => drawPanel(one, { y: top + at * panelHeight, minutes }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<text class="title" x="16" y="24">${escaped(title)}</text>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, unit, points }: Series, { y, minutes }: { y: number; minutes: number }): string {
  const [head, foot] = [y + 24, y + panelHeight - 22];
  const greatest = Math.max(...points.map(([, value]) => value), 0);
  const most = greatest === 0 ? 1 : greatest * 1.1;
  const xOf = (at: number): string => (plotLeft + (at / minutes) * (plotRight - plotLeft)).toFixed(1);
  const yOf = (value: number): string => (foot - (value / most) * (foot - head)).toFixed(1);
  const grid = [0, most / 2, most].map((value) => {
    const at = yOf(value);
    const rule = `<line class="grid" x1="${String(plotLeft)}" x2="${String(plotRight)}" y1="${at}" y2="${at}"/>`;
    return `${rule}<text class="faint" x="${String(plotLeft - 8)}" y="${at}" dy="4" text-anchor="end">${String(rounded(value))}</text>`;
  });
  const path = points.map(([at, value], index) => `${index === 0 ? 'M' : 'L'}${xOf(at)} ${yOf(value)}`).join('');
  const ends = [0, minutes].map((at, index) => {
    const anchor = index === 0 ? 'start' : 'end';
    return `<text class="faint" x="${xOf(at)}" y="${String(foot + 14)}" text-anchor="${anchor}">${String(rounded(at))} min</text>`;
  });
  const name = unit === '' ? title : `${title}, ${unit}`;
  return [
    `<g><text class="name" x="${String(plotLeft)}" y="${String(y + 14)}">${escaped(name)}</text>`,
    ...[...grid, ...ends, `<path class="line" d="${path}"/></g>`],
  ].join('\n');
}

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Draws the series as a line of blocks each, from their least to their greatest value. */
export function drawText(series: readonly Series[], columns = 60): string {
  const longest = Math.max(...series.map(({ title }) => title.length));
  const lines = series.map(({ title, unit, points }) => {
    const means = meansOf(points, columns);
    const [least, most] = [Math.min(...means), Math.max(...means)];
    const drawn = means.map((mean) => blocks[most === least ? 0 : Math.round(((mean - least) / (most - least)) * 7)]);
    return `${title.padEnd(longest)}  ${drawn.join('')}  ${String(rounded(least))} … ${String(rounded(most))} ${unit}`.trimEnd();
  });
  return lines.join('\n');
}

/** Values of neighbours as one, so that at most so many are left. */
function meansOf(points: Series['points'], most: number): readonly number[] {
  const size = Math.max(1, Math.ceil(points.length / most));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, at) => {
    const together = points.slice(at * size, (at + 1) * size);
    return together.reduce((sum, [, value]) => sum + value, 0) / together.length;
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
