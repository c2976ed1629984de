// Ids and names of radio groups are those of the whole page, which may hold several mounts.

import { useState } from 'react';

/** An id that no other mount has; React.useId repeats itself between two roots. */
export function useId(prefix: string): string {
  const [id] = useState(
    () => `smnb-${prefix}-${Math.random().toString(36).slice(2, 10)}`
  );
  return id;
}
