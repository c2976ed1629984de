import * as React from 'react';

import type { Row } from '../shapes';

/** Back, what it is, what can be done with it. */
export function DetailHeader(props: {
  name: string;
  row: Row | undefined;
  wide: boolean;
  onBack: () => void;
  children: React.ReactNode;
}): React.ReactElement {
  return <header>{props.children}</header>;
}
