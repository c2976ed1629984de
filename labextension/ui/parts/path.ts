// Paths of charts.

/** So long is a sample that stands alone. */
const DASH = 3;

const round = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * The path through samples, broken where one is missing; down to `floor` it is an area.
 *
 * A sample between two missing ones is a dash.
 */
export function linePath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
  floor?: number
): string {
  const runs: [number, number][][] = [];
  let run: [number, number][] | undefined;
  values.forEach((value, index) => {
    if (value === null) {
      run = undefined;
      return;
    }
    if (!run) {
      run = [];
      runs.push(run);
    }
    run.push([x(index), y(value)]);
  });
  return runs
    .map(points => {
      const [first, last] = [points[0], points[points.length - 1]];
      if (!first || !last) {
        return '';
      }
      if (first === last) {
        return `M${round(first[0] - DASH / 2)} ${round(first[1])}h${DASH}`;
      }
      const line = points.map(([px, py]) => `${round(px)} ${round(py)}`).join('L');
      return floor === undefined
        ? `M${line}`
        : `M${line}L${round(last[0])} ${floor}L${round(first[0])} ${floor}z`;
    })
    .join('');
}
