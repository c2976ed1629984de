import { describe, expect, it } from 'vitest';

import { placed, type Spot } from './labels';

const FRAME = { left: 30, right: 230, top: 0, bottom: 124 };
const RISE = { x1: 30, y1: 120, x2: 230, y2: 20 };
const at = (x: number, y: number, anchor: Spot['anchor'] = 'start'): Spot => ({
  x,
  y,
  anchor
});

describe('the words of a chart', () => {
  it('stand at their best spot if that is free', () => {
    expect(
      placed([{ text: 'you', spots: [at(34, 30), at(34, 60)] }], RISE, FRAME)
    ).toEqual([at(34, 30)]);
  });

  it('keep off the rising line, on either side of it', () => {
    const onLine = at(100, 85);
    const above = at(40, 60);
    const below = at(180, 110);
    const spotFor = (other: Spot) =>
      placed([{ text: 'twelve', spots: [onLine, other] }], RISE, FRAME)[0];
    expect(spotFor(above)).toEqual(above);
    expect(spotFor(below)).toEqual(below);
  });

  it('keep off each other', () => {
    const spots = [at(34, 30), at(34, 45)];
    expect(
      placed(
        [
          { text: 'one', spots },
          { text: 'two', spots }
        ],
        null,
        FRAME
      )
    ).toEqual([at(34, 30), at(34, 45)]);
  });

  it('stay on the chart', () => {
    const [spot] = placed(
      [{ text: 'a long name', spots: [at(200, 60), at(226, 60, 'end')] }],
      null,
      FRAME
    );
    expect(spot).toEqual(at(226, 60, 'end'));
  });

  it('stand somewhere even where nothing is free', () => {
    const text = 'much too long for a chart of this width, whatever its place';
    expect(placed([{ text, spots: [at(34, 60)] }], RISE, FRAME)).toEqual([at(34, 60)]);
  });
});
