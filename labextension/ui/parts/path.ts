// Paths of charts.

const round = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * The path through samples, broken where one is missing; down to `floor` it is an area.
 *
 * A sample between two missing ones is a dot: a line of no length with round ends.
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
      const steps = points.map(([px, py]) => `${round(px)} ${round(py)}`);
      const line = `M${steps.join('L')}${points.length === 1 ? 'h0' : ''}`;
      const first = points[0];
      const last = points[points.length - 1];
      return floor === undefined || !first || !last
        ? line
        : `${line}L${round(last[0])} ${floor}L${round(first[0])} ${floor}z`;
    })
    .join('');
}
