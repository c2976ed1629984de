import { describe, expect, it } from 'vitest';

import { linesWith, pieces } from './find';

const marked = (line: string, query: string): string =>
  pieces(line, query)
    .map(piece => (piece.hit ? `[${piece.text}]` : piece.text))
    .join('');

describe('what is found in a line', () => {
  it.each([
    ['x = cv2.resize(cv2.img)', 'cv2', 'x = [cv2].resize([cv2].img)'],
    ['CV2 error', 'cv2', '[CV2] error'],
    ['aaa', 'aa', '[aa]a'],
    ['<b>', '<b>', '[<b>]'],
    ['a.*b', '.*', 'a[.*]b'],
    ['nothing', 'cv2', 'nothing'],
    ['', 'cv2', ''],
    ['all', '', 'all'],
    ['İx İx', 'x', 'İ[x] İ[x]']
  ])('%s', (line, query, said) => {
    expect(marked(line, query)).toBe(said);
  });
});

it('counts lines', () => {
  const lines = [{ text: 'GET /ping' }, { text: 'get' }, { text: 'POST' }];
  expect(linesWith(lines, 'get')).toEqual([0, 1]);
  expect(linesWith(lines, '')).toEqual([]);
});
