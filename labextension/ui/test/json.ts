// An answer's text in pieces that are coloured alike; the pieces stay text.

export interface Piece {
  text: string;
  kind: 'string' | 'keyword' | 'plain';
}

/** A group, so that what it matches stays when a text is split at it. */
const TOKENS = /("(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b)/;
/** Colouring a longer text would cost more than it helps. */
const MOST_CHARACTERS = 20_000;

/** The pieces of a text that is JSON; of any other text, and of a long one, itself. */
export function piecesOf(text: string, isJson: boolean): Piece[] {
  const cut = isJson && text.length <= MOST_CHARACTERS ? text.split(TOKENS) : [text];
  return cut
    .map((piece, index): Piece => {
      const kind = piece.startsWith('"') ? 'string' : 'keyword';
      return { text: piece, kind: index % 2 ? kind : 'plain' };
    })
    .filter(piece => piece.text);
}
