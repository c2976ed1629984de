// Finding words in a log.

import { literal } from '../parts';

/** A piece of a line, and whether it is what was looked for. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** A line cut at what is looked for, whatever its case. */
export function pieces(line: string, query: string): Piece[] {
  // What a group matches stays between the pieces: every other one is a hit.
  const cut = query ? line.split(new RegExp(`(${literal(query)})`, 'i')) : [line];
  return cut
    .map((text, index) => ({ text, hit: index % 2 > 0 }))
    .filter(piece => piece.text);
}

/** The numbers of the lines that have it. */
export function linesWith(lines: readonly { text: string }[], query: string): number[] {
  const wanted = new RegExp(literal(query), 'i');
  return lines.flatMap((line, index) =>
    query && wanted.test(line.text) ? [index] : []
  );
}
