import * as React from 'react';

import { duration, plain } from '../format';
import { useHost } from '../host';
import { Button, useNow } from '../parts';
import type { Pending } from '../shapes';

/** How far a request is that is being sent; of a video its frames, speed and rest. */
export function Underway(props: {
  pending: Pending;
  onStop: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const { pending } = props;
  const { route, can_stop, share, left_s, frames, frames_done, frames_failed, fps } =
    pending;
  const now = useNow();
  const words =
    frames_done === null
      ? pending.words || t('Waiting for the answer')
      : frames === null
        ? t('%1 frames', plain(frames_done))
        : t('%1 of %2 frames', plain(frames_done), plain(frames));
  const speed = [
    fps !== null && `${plain(fps, fps < 9.5 ? 1 : 0)}\u00a0fps`,
    frames_failed > 0 && t('%1 failed', plain(frames_failed))
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <div className="smnb-underway">
      {share !== null && (
        <div
          className="smnb-room"
          role="progressbar"
          aria-valuenow={Math.round(share * 100)}
          aria-label={words}
        >
          <span style={{ width: `${share * 100}%` }} />
        </div>
      )}
      <div className="smnb-line2">
        <span className="smnb-ellipsis smnb-strong" title={words}>
          {words}
        </span>
        <span className="smnb-nowrap">
          {left_s === null
            ? duration(now - pending.started_at)
            : // Rounded up: it does not say 0 s while it goes on.
              t('%1 left', duration(left_s * 1000 + 999))}
        </span>
      </div>
      <div className="smnb-line2">
        <span className="smnb-ellipsis" title={speed}>
          {speed}
        </span>
        {route !== 'direct' && (
          <Button
            kind="ghost"
            busy={!can_stop && t('Stopping…')}
            onClick={props.onStop}
          >
            {t('Stop')}
          </Button>
        )}
      </div>
    </div>
  );
}
