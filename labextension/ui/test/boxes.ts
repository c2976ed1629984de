// Where boxes stand on a picture, in percent, so that they scale with it.

import type { Box } from '../shapes';

/** A box on its picture, in percent of it; its label above it or, at the top, inside. */
export interface Placed {
  left: number;
  top: number;
  width: number;
  height: number;
  label: 'above' | 'inside';
  /** The edge that the label keeps to, so that it stays on the picture. */
  edge: 'left' | 'right';
}

/** A label needs so much of the height above its box, in percent, and of the width. */
const LABEL_HEIGHT = 12;
const LABEL_WIDTH = 32;

/** Places boxes on a picture of so many pixels, cut off at its edges. */
export function place(
  boxes: Box[],
  picture: { width: number; height: number }
): Placed[] {
  return boxes.map(box => {
    const left = percent(box.x, picture.width);
    const top = percent(box.y, picture.height);
    return {
      left,
      top,
      width: percent(box.x + box.width, picture.width) - left,
      height: percent(box.y + box.height, picture.height) - top,
      label: top < LABEL_HEIGHT ? 'inside' : 'above',
      edge: left > 100 - LABEL_WIDTH ? 'right' : 'left'
    };
  });
}

function percent(pixels: number, of: number): number {
  return of > 0 ? Math.min(100, Math.max(0, (100 * pixels) / of)) : 0;
}
