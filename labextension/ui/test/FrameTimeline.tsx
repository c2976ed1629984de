import * as React from 'react';

import { plain } from '../format';
import { useHost } from '../host';
import type { Frame } from '../shapes';
import { barsOf, frameAt, middleOf, moved } from './timeline';

const HEIGHT = 38;

/** A video's frames over time, what was found on each, and a cursor among them. */
export function FrameTimeline(props: {
  frames: Frame[];
  position: number;
  /** The frame in words. */
  words: string;
  onPosition: (position: number) => void;
  onPlay: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const { frames, position, words, onPosition, onPlay } = props;
  const bars = React.useMemo(() => barsOf(frames), [frames]);
  const end_s = frames[frames.length - 1]?.t_s ?? 0;
  const seek = (event: React.PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onPosition(frameAt(width > 0 ? (event.clientX - left) / width : 0, frames));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const to = moved(event, position, frames);
    if (to !== null) {
      onPosition(to);
    } else if (event.key === ' ') {
      onPlay();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="smnb-timeline"
      role="slider"
      tabIndex={0}
      aria-label={t('Frame')}
      aria-valuemin={0}
      aria-valuemax={frames.length - 1}
      aria-valuenow={position}
      aria-valuetext={words}
      title={t('← → a frame, Shift a second, N the next failed frame, Space plays')}
      onKeyDown={onKeyDown}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={event => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) {
          seek(event);
        }
      }}
    >
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {bars.map(bar => (
          <rect
            key={bar.left}
            x={bar.left + bar.width * 0.1}
            width={bar.width * 0.8}
            y={bar.failed ? 0 : HEIGHT * (1 - bar.height)}
            height={bar.failed ? HEIGHT : HEIGHT * bar.height}
            data-failed={bar.failed || undefined}
          />
        ))}
      </svg>
      {bars
        .filter(bar => bar.failed)
        .map(bar => (
          <span
            key={bar.left}
            className="smnb-timeline-failed"
            style={{ left: `${bar.left + bar.width / 2}%` }}
          />
        ))}
      <span
        className="smnb-timeline-cursor"
        style={{ left: `${middleOf(position, frames)}%` }}
      />
      <div className="smnb-timeline-times" aria-hidden="true">
        <span>{seconds(0)}</span>
        <span>{seconds(end_s / 2)}</span>
        <span>{seconds(end_s)}</span>
      </div>
    </div>
  );
}

/** `2.4 s`. */
export function seconds(t_s: number): string {
  return `${plain(t_s, 1)}\u00a0s`;
}
