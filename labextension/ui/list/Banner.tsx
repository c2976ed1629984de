import * as React from 'react';

import { clock, duration, durationShort } from '../format';
import { ofLab, useHost, type Link as Connection } from '../host';
import { Button, Icon, Link, useNow } from '../parts';
import type { Problem } from '../shapes';

const MINUTE_MS = 60_000;

/** Why the list below is old: no server, or AWS does not answer; the list stays. */
export function Banner(props: {
  link: Connection;
  problem: Problem | null;
  /** When the rows were last read. */
  readAt: number;
  onRetry: () => void;
}): React.ReactElement | null {
  const { t, lost } = useHost();
  const server = lost ? null : ofLab(t)?.('No answer from Jupyter server');
  const now = useNow();
  const { link, problem, readAt, onRetry } = props;
  if (link.state === 'lost') {
    const lost_ms = now - link.since;
    const gone = lost_ms < MINUTE_MS ? duration(lost_ms) : durationShort(lost_ms);
    return (
      <div className="smnb-banner smnb-banner-error" role="status">
        <Icon name="offline" />
        <div>
          {server ? (
            <>
              <b>{server}</b> {t('for %1.', gone)}{' '}
            </>
          ) : (
            <b>{lost} </b>
          )}
          {t('Numbers are from %1.', clock(readAt))}{' '}
          {server && <Link onClick={onRetry}>{t('Try now')}</Link>}
        </div>
      </div>
    );
  }
  return (
    problem && <ProblemBanner problem={problem} readAt={readAt} onRetry={onRetry} />
  );
}

function ProblemBanner(props: {
  problem: Problem;
  readAt: number;
  onRetry: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const now = useNow();
  const { problem, readAt, onRetry } = props;
  const { copy, retry_at } = problem;
  const wait_ms = retry_at === null ? 0 : retry_at - now;
  // AWS's throttling ends by itself; anything else is an error until someone mends it.
  const passing = problem.code === 'throttled';
  return (
    <div className={`smnb-banner ${passing ? '' : 'smnb-banner-error'}`} role="status">
      <Icon
        name={passing ? 'clock' : problem.code === 'no-network' ? 'offline' : 'key'}
      />
      <div>
        <b>{problem.title}.</b> {!passing && problem.text}{' '}
        {t('Shown: %1.', clock(readAt, true))}{' '}
        {wait_ms >= 1000
          ? t('Next try in %1.', duration(wait_ms))
          : !passing && <Link onClick={onRetry}>{t('Try now')}</Link>}
        {copy !== null && (
          <div className="smnb-actions">
            <Button onClick={() => host.copy(copy)}>
              {problem.code === 'forbidden' ? t('Copy policy') : t('Copy command')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
