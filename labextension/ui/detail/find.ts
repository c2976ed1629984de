// Finding words in a log.

/** A piece of a line, and whether it is what was looked for. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** A line cut at what is looked for, whatever its case. */
export function pieces(line: string, query: string): Piece[] {
  if (!query) {
    return [{ text: line, hit: false }];
  }
  const found: Piece[] = [];
  const low = line.toLowerCase();
  // Lower case may be longer than the line in some scripts: then nothing can be cut.
  const wanted = low.length === line.length ? query.toLowerCase() : query;
  const searched = low.length === line.length ? low : line;
  let from = 0;
  for (;;) {
    const at = searched.indexOf(wanted, from);
    if (at < 0) {
      break;
    }
    if (at > from) {
      found.push({ text: line.slice(from, at), hit: false });
    }
    found.push({ text: line.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < line.length || found.length === 0) {
    found.push({ text: line.slice(from), hit: false });
  }
  return found;
}

/** The numbers of the lines that have it. */
export function linesWith(lines: readonly { text: string }[], query: string): number[] {
  if (!query) {
    return [];
  }
  const wanted = query.toLowerCase();
  return lines.flatMap((line, index) =>
    line.text.toLowerCase().includes(wanted) ? [index] : []
  );
}
