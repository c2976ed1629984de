import * as React from 'react';

import { UNKNOWN } from '../format';

/** The dash of an unknown value, with what it means for the ear and as a tooltip. */
export function Unknown(props: { label: string }): React.ReactElement {
  return (
    <span className="smnb-quiet" title={props.label}>
      <span aria-hidden="true">{UNKNOWN}</span>
      <span className="smnb-hidden">{props.label}</span>
    </span>
  );
}
