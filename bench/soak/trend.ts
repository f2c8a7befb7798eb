/** How something changes with time. */
export interface Trend {
  /** Per unit of x. */
  readonly slope: number;
  /** With 95 % certainty the slope is no further away than this, if deviations are independent of each other. */
  readonly uncertainty: number;
}

/** Draws the line through points that is nearest to them; undefined with fewer than three, or without any distance. */
export function trendOf(points: readonly (readonly [x: number, y: number])[]): Trend | undefined {
  const count = points.length;
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / count;
  const [meanX, meanY] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (count < 3 || spread === 0) return undefined;
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const left = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, uncertainty: studentOf(count - 2) * Math.sqrt(left / (count - 2) / spread) };
}

/** The 97.5 % quantile of Student's distribution, to two digits. Source: the usual table; a curve through it beyond. */
function studentOf(freedom: number): number {
  const table = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];
  return table[freedom - 1] ?? 1.96 + 2.5 / freedom;
}
