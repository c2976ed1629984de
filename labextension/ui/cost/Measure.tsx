import * as React from 'react';

import { useDeed } from '../answer';
import { useHost } from '../host';
import { stopJob } from '../list/deeds';
import { Link, ProblemNotice } from '../parts';
import type { Cost, Job } from '../shapes';

/** What the signs in the ladder mean, and to measure what is missing. */
export function Measure(props: {
  name: string;
  cost: Cost;
  /** The newest that measured this endpoint. */
  job: Job | undefined;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { name, cost, job } = props;
  const { sizes, peak } = cost;
  const fitting = sizes.filter(size => size.fits);
  const deed = useDeed();
  const runs = job?.state === 'running';
  const measure = () =>
    deed.run(
      async () => {
        await host.command('measure', { name });
      },
      async () => {
        const { bills, text } = await host.command('plan_measure', { name });
        return (
          !bills ||
          host.confirm({ title: t('Measure %1?', name), text, deed: t('Measure') })
        );
      }
    );
  return (
    <>
      <p className="smnb-small smnb-quiet smnb-measure">
        {!peak && `${t('No peak was measured yet, so nothing is said to fit.')} `}
        {fitting.some(size => size.p50_ms === null) && (
          <span className="smnb-if-narrow">{`${t('— not measured.')} `}</span>
        )}
        {fitting.some(size => size.bound === 'max') &&
          t(
            '≤ at most, with the time of the next smaller measured size: more memory brings more CPU.'
          )}
      </p>
      <p className="smnb-small smnb-quiet smnb-measure">
        {job && <span role="status">{job.text} </span>}
        {runs ? (
          <Link onClick={() => deed.run(() => stopJob(host, job))}>{t('Stop')}</Link>
        ) : (
          cost.measure && !deed.pressed && <Link onClick={measure}>{cost.measure}</Link>
        )}
      </p>
      {deed.problem && <ProblemNotice problem={deed.problem} onClose={deed.forget} />}
    </>
  );
}
