import * as React from 'react';

import { durationShort, size } from '../format';
import { useHost } from '../host';
import type { Takes as Taken } from '../shapes';

/** What an endpoint takes, before anything is chosen. */
export function Takes(props: { takes: Taken }): React.ReactElement {
  const { t } = useHost();
  const { accepts, request_bytes, timeout_s, larger } = props.takes;
  const types = accepts?.join(', ') ?? t('not declared');
  return (
    <section className="smnb-section">
      <h3>{t('What this endpoint takes')}</h3>
      <div className="smnb-facts">
        <span>{t('Content types')}</span>
        <span className="smnb-ellipsis" title={types}>
          {types}
        </span>
        <span>{t('One request')}</span>
        <span>
          {size(request_bytes)}, {durationShort(timeout_s * 1000)}
        </span>
      </div>
      {larger && <p className="smnb-small smnb-quiet smnb-takes-larger">{larger}</p>}
    </section>
  );
}
