import * as React from 'react';

import { duration } from '../format';
import { useHost } from '../host';
import type { Phase } from '../shapes';

/** How far something is: a bar of steps, the step in words, and the time it takes. */
export function PhaseBar(props: {
  phase: Phase;
  /** The server's clock, from `useNow()`. */
  now: number;
}): React.ReactElement {
  const { t } = useHost();
  const { phase, now } = props;
  const label = phaseWords(t, phase);
  return (
    <>
      <div
        className="smnb-phase"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={phase.of}
        aria-valuenow={phase.index - 1}
        aria-label={label}
      >
        {Array.from({ length: phase.of }, (_, step) => (
          <i
            key={step}
            data-step={
              step < phase.index - 1 ? 'done' : step < phase.index ? 'now' : ''
            }
          />
        ))}
      </div>
      <div className="smnb-line2">
        <span className="smnb-ellipsis smnb-strong" title={label}>
          {label}
        </span>
        <span className="smnb-nowrap">{duration(now - phase.since)}</span>
      </div>
    </>
  );
}

/** `Starting container, 3 of 4`. */
export function phaseWords(
  t: (text: string, ...args: (string | number)[]) => string,
  phase: Phase
): string {
  return t('%1, %2 of %3', phase.label, phase.index, phase.of);
}
