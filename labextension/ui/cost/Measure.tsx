import * as React from 'react';

import { useHost } from '../host';
import { Link } from '../parts';
import type { Cost } from '../shapes';

/** What the signs in the ladder mean, and how to measure what is missing. */
export function Measure(props: { cost: Cost }): React.ReactElement | null {
  const { t } = useHost();
  const { sizes, peak } = props.cost;
  const fitting = sizes.filter(size => size.fits);
  const bounds = fitting.some(size => size.bound === 'max');
  const gaps = fitting.some(size => size.p50_ms === null);
  if (peak && !bounds && !gaps) {
    return null;
  }
  return (
    <p className="smnb-small smnb-quiet smnb-measure">
      {!peak && `${t('No peak was measured yet, so nothing is said to fit.')} `}
      {gaps && <span className="smnb-if-narrow">{`${t('— not measured.')} `}</span>}
      {bounds &&
        `${t('≤ at most, with the time of the next smaller measured size: more memory brings more CPU.')} `}
      <MeasureLink cost={props.cost} />
    </p>
  );
}

/** Measuring takes a payload of the user's, so it is done in a cell. */
export function MeasureLink(props: { cost: Cost }): React.ReactElement | null {
  const host = useHost();
  const { t } = host;
  const { measure_code } = props.cost;
  const [done, setDone] = React.useState(false);
  if (!measure_code) {
    return null;
  }
  const measure = () => {
    host.code.give(measure_code);
    setDone(true);
  };
  return (
    <>
      <Link onClick={measure}>{t('Measure in a cell…')}</Link>
      {done && <span role="status"> {host.code.done}</span>}
    </>
  );
}
