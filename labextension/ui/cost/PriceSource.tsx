import * as React from 'react';

import { useHost } from '../host';
import type { PriceSource as Source } from '../shapes';

/** Whose prices these are, and of which day. */
export function PriceSource(props: { source: Source }): React.ReactElement {
  const { t } = useHost();
  const { text, url, detail } = props.source;
  return (
    <p className="smnb-small smnb-quiet smnb-price-source" title={detail}>
      {text}
      {/^https:\/\//.test(url) && (
        <>
          {' '}
          <a className="smnb-link" href={url} target="_blank" rel="noopener noreferrer">
            {t('Source')}
          </a>
        </>
      )}
    </p>
  );
}
