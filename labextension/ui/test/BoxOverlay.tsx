import * as React from 'react';

import { plain } from '../format';
import { useHost, type Host } from '../host';
import type { Box, Picture } from '../shapes';
import { place } from './boxes';

/** A picture with what the model found on it; labels are text, never HTML. */
export function BoxOverlay(props: {
  picture: Picture | null;
  boxes: Box[];
  /** Says of what the picture is, as `Frame 72`. */
  subject?: string;
}): React.ReactElement | null {
  const { t } = useHost();
  const { picture, boxes, subject } = props;
  if (!picture) {
    return <div className="smnb-picture smnb-picture-missing" />;
  }
  const label = [subject, found(t, boxes)].filter(Boolean).join(', ');
  return (
    <div className="smnb-picture" role="img" aria-label={label}>
      <img
        src={`data:image/jpeg;base64,${picture.jpeg}`}
        width={picture.width}
        height={picture.height}
        alt=""
      />
      {place(boxes, picture).map((at, i) => (
        <div
          key={i}
          className="smnb-box"
          data-label={at.label}
          data-edge={at.edge}
          style={{
            left: `${at.left}%`,
            top: `${at.top}%`,
            width: `${at.width}%`,
            height: `${at.height}%`
          }}
        >
          <span>{boxWords(boxes[i])}</span>
        </div>
      ))}
    </div>
  );
}

/** `car 0.97`. */
function boxWords(box: Box | undefined): string {
  if (!box) {
    return '';
  }
  const score = box.score === null ? '' : score2(box.score);
  return [box.label, score].filter(Boolean).join(' ');
}

const score2 = (score: number): string => plain(score, 2);

/** `3 objects: car 0.97, person 0.91, bike 0.74`. */
export function found(t: Host['t'], boxes: Box[]): string {
  return boxes.length === 0
    ? countWords(t, 0)
    : t('%1: %2', countWords(t, boxes.length), boxes.map(boxWords).join(', '));
}

/** `3 objects`. */
export function countWords(t: Host['t'], count: number): string {
  return count === 1 ? t('1 object') : t('%1 objects', plain(count));
}
