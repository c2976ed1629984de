// Where a chart's words stand, so that they lie neither on a line nor on each other.

import type { Frame, Plot, Point } from './geometry';

/** A point on the chart, in pixels; `y` is the words' base line. */
export interface Spot {
  x: number;
  y: number;
  textAnchor: 'start' | 'end';
}

/** What might be said, the whole of it first, and where, the best place first. */
export interface Words {
  className: string;
  texts: string[];
  spots: Spot[];
}

/** What is said, and where. */
export interface Label extends Spot {
  className: string;
  text: string;
}

/** A line that rises to the right, and dots. */
export type Drawn = Pick<Plot, 'line' | 'you' | 'same'>;

/** Of a character of 11 px type, and of one in bold, on the safe side. */
const CHARACTER_PX = 6;
const BOLD_PX = 6.8;
/** The class of what is in bold. */
export const BOLD = 'smnb-even-figure';
const ASCENT_PX = 10;
const DESCENT_PX = 3;
const DOT_PX = 5;

/**
 * Chooses what is said of each in turn, and where; of one without room nothing is said.
 *
 * All stand within `frame` or above it, off the dots and off the words before them; off
 * the rising line too, if they can.
 */
export function placed(words: Words[], drawn: Drawn, frame: Frame): Label[] {
  const taken = [drawn.you, drawn.same].flatMap(dot => (dot ? around(dot) : []));
  return words.flatMap(({ className, texts, spots }) => {
    const fitting = texts
      .flatMap(text => spots.map(spot => ({ className, text, ...spot })))
      .filter(label => {
        const rect = rectOf(label);
        return (
          rect.left >= frame.left &&
          rect.right <= frame.right &&
          rect.top >= 0 &&
          rect.bottom <= frame.bottom &&
          !taken.some(other => overlap(other, rect))
        );
      });
    const best =
      fitting.find(label => !drawn.line || !crosses(drawn.line, rectOf(label))) ??
      fitting[0];
    if (!best) {
      return [];
    }
    taken.push(rectOf(best));
    return best;
  });
}

function around({ x, y }: Point): Frame {
  return { left: x - DOT_PX, right: x + DOT_PX, top: y - DOT_PX, bottom: y + DOT_PX };
}

function rectOf({ className, text, x, y, textAnchor }: Label): Frame {
  const width = text.length * (className.includes(BOLD) ? BOLD_PX : CHARACTER_PX);
  const left = textAnchor === 'start' ? x : x - width;
  return { left, right: left + width, top: y - ASCENT_PX, bottom: y + DESCENT_PX };
}

/** A rising line misses a rectangle that is wholly above-left or below-right of it. */
function crosses(rise: NonNullable<Plot['line']>, rect: Frame): boolean {
  if (rect.left > rise.x2) {
    return false;
  }
  const slope = (rise.y2 - rise.y1) / (rise.x2 - rise.x1);
  const lineAt = (x: number): number => rise.y1 + slope * (x - rise.x1);
  return rect.bottom >= lineAt(rect.right) && rect.top <= lineAt(rect.left);
}

function overlap(a: Frame, b: Frame): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
