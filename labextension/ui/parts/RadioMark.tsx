import * as React from 'react';

/** The ring of a radio; the native input lies hidden beside it. */
export function RadioMark(props: {
  checked?: boolean;
  disabled?: boolean;
}): React.ReactElement {
  return (
    <span
      className="smnb-radio"
      data-checked={props.checked || undefined}
      data-disabled={props.disabled || undefined}
      aria-hidden="true"
    />
  );
}
