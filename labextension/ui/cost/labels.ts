// Where a chart's words stand, so that they lie neither on a line nor on each other.

/** A point on the chart, in pixels; `y` is the words' base line. */
export interface Spot {
  x: number;
  y: number;
  anchor: 'start' | 'end';
}

/** Words and where they might stand, the best place first. */
export interface Words {
  text: string;
  spots: Spot[];
}

/** A line that rises to the right. */
export interface Rise {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

interface Rect {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Of a character of 11 px type, on the safe side. */
const CHARACTER_PX = 6;
const ASCENT_PX = 10;
const DESCENT_PX = 3;

/**
 * Chooses a spot for each words in turn: the first that is free, else the first.
 *
 * A spot is free within `frame`, off the rising line, and off the words before it.
 */
export function placed(
  words: Words[],
  rise: Rise | null,
  frame: Rect
): (Spot | null)[] {
  const taken: Rect[] = [];
  return words.map(({ text, spots }) => {
    const free = spots.find(spot => {
      const rect = rectOf(text, spot);
      return (
        rect.left >= frame.left &&
        rect.right <= frame.right &&
        rect.top >= frame.top &&
        rect.bottom <= frame.bottom &&
        !(rise && crosses(rise, rect)) &&
        !taken.some(other => overlap(other, rect))
      );
    });
    const spot = free ?? spots[0] ?? null;
    if (spot) {
      taken.push(rectOf(text, spot));
    }
    return spot;
  });
}

function rectOf(text: string, spot: Spot): Rect {
  const width = text.length * CHARACTER_PX;
  const left = spot.anchor === 'start' ? spot.x : spot.x - width;
  return {
    left,
    right: left + width,
    top: spot.y - ASCENT_PX,
    bottom: spot.y + DESCENT_PX
  };
}

/** A rising line misses a rectangle that is wholly above-left or below-right of it. */
function crosses(rise: Rise, rect: Rect): boolean {
  if (rect.right < rise.x1 || rect.left > rise.x2) {
    return false;
  }
  const slope = (rise.y2 - rise.y1) / (rise.x2 - rise.x1);
  const lineAt = (x: number): number => rise.y1 + slope * (x - rise.x1);
  const above = rect.bottom < lineAt(rect.right);
  const below = rect.top > lineAt(rect.left);
  return !above && !below;
}

function overlap(a: Rect, b: Rect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
