import * as React from 'react';

import { useAnswer } from '../answer';
import { VisibleContext } from '../clock';
import { durationShort } from '../format';
import { useHost } from '../host';
import { ProblemNotice, Segmented, useNow } from '../parts';
import type { Metrics as Measured, Row } from '../shapes';
import { ChartTable, MetricsChart } from './MetricsChart';

const HOUR_MS = 60 * 60 * 1000;
const RANGES = [1, 6, 24, 168];
/** CloudWatch is asked once a minute, since each question costs. */
const READ_EACH_MS = 60_000;

/** What was measured: four charts, each with its finding in words. */
export function Metrics(props: { row: Row; asTable: boolean }): React.ReactElement {
  const { t } = useHost();
  const { row, asTable } = props;
  const [hours, setHours] = React.useState(1);
  const minute = useMinutes();
  const { result, problem, retry } = useAnswer(
    'metrics',
    { name: row.name, hours },
    `${row.key} ${hours}`,
    minute
  );
  return (
    <div className="smnb-metrics">
      <Segmented
        label={t('Time range')}
        options={RANGES.map(value => ({
          value,
          label: durationShort(value * HOUR_MS)
        }))}
        value={hours}
        onChange={setHours}
      />
      {problem && <ProblemNotice problem={problem} onRetry={retry} />}
      {result ? (
        <>
          <div className="smnb-charts">
            {result.charts.map(chart =>
              asTable ? (
                <ChartTable key={chart.key} chart={chart} metrics={result} />
              ) : (
                <MetricsChart key={chart.key} chart={chart} metrics={result} />
              )
            )}
          </div>
          <Source metrics={result} />
        </>
      ) : (
        !problem && <p className="smnb-small smnb-quiet">{t('Reading metrics…')}</p>
      )}
    </div>
  );
}

/** Counts minutes while it can be seen. */
function useMinutes(): number {
  const visible = React.useContext(VisibleContext);
  const [minutes, setMinutes] = React.useState(0);
  React.useEffect(() => {
    if (!visible) {
      return undefined;
    }
    const timer = setInterval(() => setMinutes(count => count + 1), READ_EACH_MS);
    return () => clearInterval(timer);
  }, [visible]);
  return minutes;
}

function Source({ metrics }: { metrics: Measured }): React.ReactElement {
  const { t } = useHost();
  const now = useNow();
  const step = durationShort(metrics.period_s * 1000);
  const ago = durationShort(now - metrics.read_at);
  return (
    <p className="smnb-small smnb-quiet">
      {metrics.free
        ? t('Measured on this machine, in steps of %1. Read %2 ago.', step, ago)
        : t(
            'CloudWatch, in steps of %1. Read %2 ago; at most once a minute, and only while this tab is open.',
            step,
            ago
          )}
    </p>
  );
}
