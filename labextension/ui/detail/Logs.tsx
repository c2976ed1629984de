import * as React from 'react';

import type { Row } from '../shapes';

export function Logs(props: { row: Row }): React.ReactElement {
  return <div>{props.row.name}</div>;
}
