import { describe, expect, it } from 'vitest';

import { ROUTE } from '../fakes';
import { piecesOf } from './json';
import { scaleOf } from './routeScale';

const MB = 1024 * 1024;

describe('the scale of a route', () => {
  it('goes to the next limit where that is near', () => {
    const scale = scaleOf({ ...ROUTE, bytes: 1.8 * MB });
    expect(scale.fill).toBeCloseTo(30);
    expect(scale.limit).toBeCloseTo(66.7, 1);
    expect(scale.next).toBe(6 * MB);
  });

  it('ends at its own limit where the next is far away', () => {
    const scale = scaleOf({ ...ROUTE, bytes: 3 * MB, next_limit_bytes: 1024 * MB });
    expect(scale).toEqual({ fill: 75, limit: 100, next: null });
  });

  it('shows a payload that is too large beyond the limit', () => {
    const scale = scaleOf({ ...ROUTE, bytes: 8 * MB, next_limit_bytes: null });
    expect(scale).toEqual({ fill: 100, limit: 50, next: null });
  });
});

describe('the pieces of an answer', () => {
  it('are the text again', () => {
    const text = '{"a \\"b\\"": [true, null, 1.5, "<i>"]}';
    const pieces = piecesOf(text, true);
    expect(pieces.map(piece => piece.text).join('')).toBe(text);
    expect(
      pieces.filter(piece => piece.kind === 'string').map(piece => piece.text)
    ).toEqual(['"a \\"b\\""', '"<i>"']);
    expect(pieces.filter(piece => piece.kind === 'keyword')).toHaveLength(2);
  });

  it('are one of a text that is no JSON', () => {
    expect(piecesOf('a,"b"', false)).toEqual([{ text: 'a,"b"', kind: 'plain' }]);
  });
});
