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
      {t(props.text)
        .split(/(%\d)/)
        .map((piece, index) => (
          <React.Fragment key={index}>
            {/^%\d$/.test(piece) ? props.args[Number(piece[1]) - 1] : piece}
          </React.Fragment>
        ))}
    </>
  );
}
