// A radio that can be reached, so that it can say why it cannot be chosen.

import type { MouseEvent } from 'react';

/** Undoes a press, also one by arrow keys; the browser then keeps what was chosen. */
export function refuse(event: MouseEvent<HTMLInputElement>): void {
  event.preventDefault();
}
