import * as React from 'react';

import { useHost } from '../host';
import { Notice } from '../parts';
import type { Row } from '../shapes';

/** Why an endpoint failed, in full: what happened, what to do, and what AWS says. */
export function Trouble({ row }: { row: Row }): React.ReactElement | null {
  const { t } = useHost();
  const { failure } = row;
  return (
    failure && (
      <div className="smnb-trouble">
        <Notice kind="error">
          <div>
            <b>{failure.cause}</b>
          </div>
          {failure.fix && <div>{failure.fix}</div>}
          {failure.reason && (
            <div className="smnb-quiet smnb-small">{t('AWS: %1', failure.reason)}</div>
          )}
        </Notice>
      </div>
    )
  );
}
