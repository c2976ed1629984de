import * as React from 'react';

import type { Row } from '../shapes';

export function Settings(props: {
  row: Row;
  onDeploy: (path?: string) => void;
}): React.ReactElement {
  return <div>{props.row.name}</div>;
}
