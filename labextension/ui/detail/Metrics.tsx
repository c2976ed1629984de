import * as React from 'react';

import type { Row } from '../shapes';

export function Metrics(props: { row: Row }): React.ReactElement {
  return <div>{props.row.name}</div>;
}
