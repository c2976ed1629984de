// An answer's text in pieces that are coloured alike; the pieces stay text.

export interface Piece {
  text: string;
  kind: 'string' | 'keyword' | 'plain';
}

const TOKENS = /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g;
/** Colouring a longer text would cost more than it helps. */
const MOST_CHARACTERS = 20_000;

/** The pieces of a text that is JSON; of any other text, and of a long one, itself. */
export function piecesOf(text: string, isJson: boolean): Piece[] {
  if (!isJson || text.length > MOST_CHARACTERS) {
    return [{ text, kind: 'plain' }];
  }
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) {
      pieces.push({ text: text.slice(end, match.index), kind: 'plain' });
    }
    const [token] = match;
    pieces.push({ text: token, kind: token.startsWith('"') ? 'string' : 'keyword' });
    end = match.index + token.length;
  }
  if (end < text.length) {
    pieces.push({ text: text.slice(end), kind: 'plain' });
  }
  return pieces;
}
