import * as React from 'react';

import { linePath } from './path';

const WIDTH = 60;
const HEIGHT = 20;
/** Where zero and the greatest value lie. */
const FLOOR = 18;
const CEILING = 3;

/** Samples as a small line; a missing one is a gap, an error a tick below. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  errors?: readonly (number | null)[];
  label?: string;
}): React.ReactElement {
  const { values, errors = [], label } = props;
  const top = Math.max(1, ...values.map(value => value ?? 0));
  const x = (index: number) => (index * WIDTH) / Math.max(1, values.length - 1);
  const y = (value: number) => FLOOR - (value / top) * (FLOOR - CEILING);
  return (
    <svg
      className="smnb-sparkline"
      width="100%"
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path className="smnb-sparkline-area" d={linePath(values, x, y, HEIGHT)} />
      <path className="smnb-sparkline-line" d={linePath(values, x, y)} />
      {errors.map(
        (error, index) =>
          Boolean(error) && (
            <path
              key={index}
              className="smnb-sparkline-error"
              d={`M${x(index)} ${HEIGHT}v-5`}
            />
          )
      )}
    </svg>
  );
}
