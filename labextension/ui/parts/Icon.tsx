import * as React from 'react';

import { ofLab } from '../host';

const DOTS =
  'M2.2 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M6.7 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M11.2 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0';

/** Paths on a 16 px grid, drawn as lines. */
const LINES = {
  back: 'M10 3L5 8l5 5',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  search: 'M3 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0M10 10l3.5 3.5',
  sort: 'M5 3v10M2.8 10.8L5 13l2.2-2.2M11 13V3M8.8 5.2L11 3l2.2 2.2',
  chevron: 'M4 6.5l4 4 4-4',
  close: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2.2L14.5 13.5H1.5zM8 6.5v3.4M8 11.4v.6',
  clock: 'M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8 5v3.2l2.2 1.4',
  key: 'M2.2 9.5a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0M7.2 7.6L13 2.5M10.5 4.7l2 2',
  offline: 'M2 6.2a9 9 0 0 1 12 0M4.4 8.9a5.4 5.4 0 0 1 7.2 0M8 12.2v.2M2.5 2.5l11 11',
  info: 'M2.2 8a5.8 5.8 0 1 0 11.6 0a5.8 5.8 0 1 0-11.6 0M8 7.4v3.6M8 5v.3',
  check: 'M3 8.5l3.2 3.2L13 5',
  switch: 'M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  cube: 'M8 1.8l5.5 3v6.4L8 14.2l-5.5-3V4.8zM2.5 4.8L8 7.9l5.5-3.1M8 7.9v6.3',
  arrow: 'M2 8h11M9 4l4 4-4 4'
};

/** Lines for what only JupyterLab has. */
const LINES_OF_LAB = ofLab({
  plus: 'M8 3v10M3 8h10',
  open: 'M9 3h4v4M13 3L7.5 8.5M11 9.5V13H3V5h3.5'
});

/** Paths that are filled. */
const FILLED = {
  more: DOTS,
  star: 'M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z',
  play: 'M5 3.5l7 4.5-7 4.5z'
};

export type IconName =
  keyof typeof LINES | keyof NonNullable<typeof LINES_OF_LAB> | keyof typeof FILLED;

/** An icon; it says nothing to a screen reader, what stands beside it does. */
export function Icon(props: {
  name: IconName;
  size?: number;
  className?: string;
}): React.ReactElement {
  const { name, size = 14, className } = props;
  const filled = name in FILLED;
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill={filled ? 'currentColor' : 'none'}
      stroke={filled ? 'none' : 'currentColor'}
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={{ ...LINES, ...LINES_OF_LAB, ...FILLED }[name]} />
    </svg>
  );
}
