import * as React from 'react';

import { useHost } from '../host';

/** A translated sentence with elements in the places of `%1`, `%2` … */
export function Phrase(props: {
  text: string;
  args: readonly React.ReactNode[];
}): React.ReactElement {
  const { t } = useHost();
  return (
    <>
      {t(props.text, ...props.args.map((_, index) => `\0${index}\0`))
        .split('\0')
        .map((piece, index) => (
          // Every other piece is the number of an argument.
          <React.Fragment key={index}>
            {index % 2 ? props.args[Number(piece)] : piece}
          </React.Fragment>
        ))}
    </>
  );
}
