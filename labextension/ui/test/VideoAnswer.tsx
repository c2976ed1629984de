import * as React from 'react';

import { latency, plain, usdFine } from '../format';
import { useHost } from '../host';
import { Button, IconButton } from '../parts';
import type { Frame, TestReply, TestSource } from '../shapes';
import { AnswerText } from './AnswerText';
import { BoxOverlay, countWords } from './BoxOverlay';
import { Figures } from './Figures';
import { FrameTimeline, seconds } from './FrameTimeline';
import { usePicture } from './usePicture';
import { usePlaying } from './usePlaying';

/** The answer to a video: frame by frame, on its pictures and over its time. */
export function VideoAnswer(props: {
  reply: TestReply;
  frames: Frame[];
  /** null if its pictures cannot be looked at. */
  video: TestSource | null;
  code: string | null;
  onAgain: (() => void) | null;
}): React.ReactElement {
  const { t } = useHost();
  const { reply, frames, video, code, onAgain } = props;
  const [position, setPosition] = React.useState(0);
  const [playing, setPlaying] = usePlaying(frames, position, setPosition);
  const frame = frames[position];
  const go = (to: number) => {
    setPlaying(false);
    setPosition(Math.min(frames.length - 1, Math.max(0, to)));
  };
  if (!frame) {
    return <></>;
  }
  const title = t('Frame %1 · %2', plain(frame.index), seconds(frame.t_s));
  const count = frame.failed
    ? t('failed')
    : frame.count === null
      ? ''
      : countWords(t, frame.count);
  const { failed_frames } = reply;
  return (
    <>
      <section className="smnb-section">
        <div className="smnb-flex smnb-answer-head">
          <h3 className="smnb-heading">{title}</h3>
          <span
            className="smnb-right smnb-small smnb-quiet"
            title={
              frame.together > 1
                ? t('Its part of a request of %1 frames', plain(frame.together))
                : undefined
            }
          >
            {[count, frame.ms !== null && latency(frame.ms)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        {video && <FramePicture video={video} frames={frames} frame={frame} />}
        <div className="smnb-flex smnb-small smnb-quiet smnb-timeline-head">
          {t('objects per frame')}
          <span className="smnb-right smnb-strong">
            {failed_frames === 0
              ? null
              : failed_frames === 1
                ? t('1 frame failed')
                : t('%1 frames failed', plain(failed_frames))}
          </span>
        </div>
        <FrameTimeline
          frames={frames}
          position={position}
          words={[title, count].filter(Boolean).join(', ')}
          onPosition={go}
          onPlay={() => setPlaying(!playing)}
        />
        <div className="smnb-flex smnb-timeline-buttons">
          <IconButton
            icon={playing ? 'pause' : 'play'}
            label={playing ? t('Pause') : t('Play')}
            onClick={() => setPlaying(!playing)}
          />
          <IconButton
            icon="back"
            label={t('Previous frame')}
            disabled={position === 0}
            onClick={() => go(position - 1)}
          />
          <span className="smnb-mirrored">
            <IconButton
              icon="back"
              label={t('Next frame')}
              disabled={position === frames.length - 1}
              onClick={() => go(position + 1)}
            />
          </span>
          {failed_frames > 0 && onAgain && (
            <span className="smnb-right">
              <Button kind="ghost" onClick={onAgain}>
                {t('Send %1 again', plain(failed_frames))}
              </Button>
            </span>
          )}
        </div>
        <Figures
          values={[
            [
              t('frames'),
              t('%1/%2', plain(frames.length - failed_frames), plain(frames.length))
            ],
            [t('speed'), reply.fps === null ? null : `${plain(reply.fps)}\u00a0fps`],
            [t('total'), latency(reply.total_ms)],
            [t('cost'), reply.usd === null ? null : usdFine(t, reply.usd)]
          ]}
        />
      </section>
      <AnswerText
        text={frame.text}
        content_type={frame.failed ? 'text/plain' : reply.content_type}
        truncated={false}
        code={code}
      />
    </>
  );
}

/** A frame with its boxes; while its picture is on its way, the one before with its own. */
function FramePicture(props: {
  video: TestSource;
  frames: Frame[];
  frame: Frame;
}): React.ReactElement {
  const { t } = useHost();
  const { video, frames, frame } = props;
  const shown = usePicture(video, frame.index);
  const of = frames.find(one => one.index === shown?.index);
  return (
    <BoxOverlay
      picture={shown?.picture ?? null}
      boxes={of?.boxes ?? []}
      subject={t('Frame %1', plain(frame.index))}
    />
  );
}
