import * as React from 'react';

import { ofLab, useHost } from '../host';
import { Button, Icon } from '../parts';
import type { Problem } from '../shapes';

/** Why no endpoint can be listed, what goes on anyway, and what to do. */
export function Blocked(props: {
  problem: Problem;
  onRetry: () => void;
  /** Absent where there is no local backend, or it is what is shown. */
  onLocal: (() => void) | null;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { problem, onRetry } = props;
  const onLocal = ofLab(props.onLocal);
  const { code, copy } = problem;
  return (
    <div className="smnb-empty" role="alert">
      <div
        className={`smnb-empty-title smnb-empty-${code === 'signed-out' ? 'wait' : 'error'}`}
      >
        <Icon name={code === 'no-network' ? 'offline' : 'key'} size={18} />
        <b>{problem.title}</b>
      </div>
      <div className="smnb-body">
        {problem.text}
        {code === 'signed-out' && (
          <>
            {' '}
            {t('Endpoints keep costing; only this list is blind.')}
            {copy !== null && (
              // A line ends between words, not behind a hyphen in one.
              <pre className="smnb-code">
                {copy
                  .split(' ')
                  .flatMap((word, i) => [i > 0 && ' ', <span key={i}>{word}</span>])}
              </pre>
            )}
          </>
        )}
      </div>
      <div className="smnb-flex smnb-wrap">
        {copy !== null && (
          <Button kind="primary" onClick={() => host.copy(copy)}>
            {code === 'forbidden' ? t('Copy policy') : t('Copy')}
          </Button>
        )}
        <Button onClick={onRetry}>{t('Try again')}</Button>
        {code !== 'forbidden' && onLocal && (
          <Button kind="ghost" onClick={onLocal}>
            {t('Use local')}
          </Button>
        )}
      </div>
    </div>
  );
}
