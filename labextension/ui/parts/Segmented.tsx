import * as React from 'react';

import { useId } from '../ids';

export interface Segment<Value extends string | number> {
  value: Value;
  label: string;
  disabled?: boolean;
  title?: string;
}

/** A few choices side by side: native radios, so that arrow keys work. */
export function Segmented<Value extends string | number>(props: {
  label: string;
  options: readonly Segment<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}): React.ReactElement {
  const name = useId('segmented');
  return (
    <div className="smnb-segmented" role="radiogroup" aria-label={props.label}>
      {props.options.map(option => (
        <label key={option.value} title={option.title}>
          <input
            type="radio"
            className="smnb-hidden"
            name={name}
            checked={option.value === props.value}
            disabled={option.disabled}
            onChange={() => props.onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
