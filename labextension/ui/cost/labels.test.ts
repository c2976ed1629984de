import { describe, expect, it } from 'vitest';

import { placed, type Spot, type Words } from './labels';

const FRAME = { left: 30, right: 230, top: 0, bottom: 124 };
const NOTHING = { line: null, you: null, same: null };
const RISE = { ...NOTHING, line: { x1: 30, y1: 120, x2: 230, y2: 20 } };
const at = (x: number, y: number, textAnchor: Spot['textAnchor'] = 'start'): Spot => ({
  x,
  y,
  textAnchor
});
const words = (texts: string[], ...spots: Spot[]): Words => ({
  className: 'name',
  texts,
  spots
});

describe('the words of a chart', () => {
  it('stand at their best spot if that is free', () => {
    expect(placed([words(['you'], at(34, 30), at(34, 60))], RISE, FRAME)).toEqual([
      { className: 'name', text: 'you', ...at(34, 30) }
    ]);
  });

  it('keep off the rising line, on either side of it', () => {
    const onLine = at(100, 85);
    const above = at(40, 60);
    const below = at(180, 112);
    const spotFor = (other: Spot) =>
      placed([words(['twelve'], onLine, other)], RISE, FRAME)[0];
    expect(spotFor(above)).toMatchObject(above);
    expect(spotFor(below)).toMatchObject(below);
  });

  it('keep off each other and off the dots', () => {
    const spots = [at(34, 30), at(34, 45), at(34, 60)];
    const drawn = { ...NOTHING, you: { x: 35, y: 28 } };
    const names = [words(['one'], ...spots), words(['two'], ...spots)];
    expect(placed(names, drawn, FRAME)).toMatchObject([
      { text: 'one', ...at(34, 45) },
      { text: 'two', ...at(34, 60) }
    ]);
  });

  it('stay on the chart', () => {
    const names = [words(['a long name'], at(200, 60), at(226, 60, 'end'))];
    expect(placed(names, NOTHING, FRAME)).toMatchObject([at(226, 60, 'end')]);
  });

  it('are fewer where there is no room for all, or none', () => {
    const texts = ['much too long for a chart of this width', 'too long'];
    const names = [words(texts, at(34, 60))];
    expect(placed(names, NOTHING, FRAME)).toMatchObject([{ text: 'too long' }]);
    expect(placed(names, NOTHING, { ...FRAME, right: 60 })).toEqual([]);
  });

  it('lie on the rising line rather than nowhere', () => {
    const names = [words(['you'], at(100, 90))];
    expect(placed(names, RISE, FRAME)).toMatchObject([at(100, 90)]);
  });
});
