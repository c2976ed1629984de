import * as React from 'react';

/** A few measured values side by side: a label and its figure. */
export function Figures(props: {
  values: [label: string, figure: string | null][];
}): React.ReactElement {
  return (
    <div className="smnb-figures">
      {props.values.map(
        ([label, figure]) =>
          figure !== null && (
            <div key={label}>
              <span>{label}</span> <b>{figure}</b>
            </div>
          )
      )}
    </div>
  );
}
