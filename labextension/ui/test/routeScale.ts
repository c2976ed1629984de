// A payload and the limits of a request on one scale.

import type { RoutePlan } from '../shapes';

/** In percent of the scale; `next` is the bytes at its end, if it is a limit too. */
export interface Scale {
  fill: number;
  limit: number;
  next: number | null;
}

/** A next limit further away than this would leave nothing to see of the first. */
const FARTHEST = 4;

/** The scale goes to the next limit, else to the limit, or as far as the payload does. */
export function scaleOf(plan: RoutePlan): Scale {
  const { bytes, limit_bytes, next_limit_bytes } = plan;
  const near =
    next_limit_bytes !== null &&
    next_limit_bytes > limit_bytes &&
    next_limit_bytes <= FARTHEST * limit_bytes;
  const end = Math.max(near ? next_limit_bytes : limit_bytes, bytes);
  return {
    fill: (100 * bytes) / end,
    limit: (100 * limit_bytes) / end,
    next: near && end === next_limit_bytes ? next_limit_bytes : null
  };
}
