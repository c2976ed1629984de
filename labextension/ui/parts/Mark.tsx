import * as React from 'react';

import type { Status } from '../shapes';

type Shape = 'circle' | 'half' | 'cross' | 'ring' | 'dashed';

const SHAPES: Record<Status, Shape> = {
  InService: 'circle',
  Creating: 'half',
  Updating: 'half',
  SystemUpdating: 'half',
  RollingBack: 'half',
  Failed: 'cross',
  UpdateRollbackFailed: 'cross',
  OutOfService: 'ring',
  Deleting: 'dashed'
};

const RADII: Partial<Record<Shape, number>> = {
  circle: 4.2,
  half: 3.7,
  ring: 3.7,
  dashed: 3.9
};

/** A status by its shape, so that it is told without colour; the word stands beside it. */
export function Mark(props: { status: Status }): React.ReactElement {
  const shape = SHAPES[props.status];
  return (
    <svg
      className={`smnb-mark smnb-mark-${shape}`}
      width="10"
      height="10"
      viewBox="0 0 10 10"
      aria-hidden="true"
    >
      {shape === 'cross' ? (
        <path className="smnb-mark-line" d="M1.6 1.6l6.8 6.8M8.4 1.6L1.6 8.4" />
      ) : (
        <circle
          className={shape === 'circle' ? undefined : 'smnb-mark-line'}
          cx="5"
          cy="5"
          r={RADII[shape]}
        />
      )}
      {shape === 'half' && <path d="M5 1.3a3.7 3.7 0 0 1 0 7.4z" />}
    </svg>
  );
}
