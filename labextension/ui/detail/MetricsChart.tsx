import * as React from 'react';

import { clock, count, day, latency, memory } from '../format';
import { useHost, type Host } from '../host';
import { linePath } from '../parts';
import type { Chart, Metrics } from '../shapes';

const WIDTH = 240;
const HEIGHT = 54;
/** Where zero and the top of the scale are drawn. */
const FLOOR = 50.5;
const CEILING = 8;
const DAY_MS = 24 * 60 * 60 * 1000;

type Translate = Host['t'];

interface ChartProps {
  chart: Chart;
  metrics: Metrics;
}

/** One chart: its finding in words, its lines, its scale below. */
export const MetricsChart = React.memo(function MetricsChart(
  props: ChartProps
): React.ReactElement {
  const { t } = useHost();
  const { chart, metrics } = props;
  const title = titleOf(t, chart);
  return (
    <figure className="smnb-chart">
      <figcaption>
        <b>{title}</b>
        <Finding chart={chart} />
      </figcaption>
      {chart.series.length > 1 && happened(chart) && !isNamed(chart) && (
        <p className="smnb-small smnb-quiet">{chart.says}</p>
      )}
      {happened(chart) && (
        <>
          <Lines chart={chart} label={`${title}: ${chart.says}`} />
          <div className="smnb-chart-scale">
            <span>{moment(metrics.start, metrics)}</span>
            <span>{t('0 to %1', amount(t, chart, chart.top))}</span>
            <span>{moment(metrics.end, metrics)}</span>
          </div>
        </>
      )}
    </figure>
  );
});

/** The finding as a caption, which has no full stop. */
function caption(chart: Chart): string {
  return chart.says.replace(/\.$/, '');
}

/** Whether the names of the lines say it already. */
function isNamed(chart: Chart): boolean {
  return chart.series.every(series => chart.says.includes(series.label));
}

/** What it shows in words; with several lines, which is which. */
function Finding({ chart }: { chart: Chart }): React.ReactElement {
  if (chart.series.length < 2 || !happened(chart)) {
    return (
      <span className={happened(chart) ? '' : 'smnb-quiet'}>{caption(chart)}</span>
    );
  }
  return (
    <span>
      {chart.series.map((series, index) => (
        <span key={series.label} className="smnb-chart-key">
          <i data-line={index} />
          {series.label}
        </span>
      ))}
    </span>
  );
}

function Lines(props: { chart: Chart; label: string }): React.ReactElement {
  const { chart } = props;
  const y = (value: number) =>
    FLOOR - (Math.min(value, chart.top) / (chart.top || 1)) * (FLOOR - CEILING);
  return (
    <svg
      width="100%"
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <path className="smnb-chart-floor" d={`M0 ${FLOOR}H${WIDTH}`} />
      <path className="smnb-chart-top" d={`M0 ${CEILING}H${WIDTH}`} />
      {chart.series.map((series, index) => (
        <path
          key={series.label}
          className="smnb-chart-line"
          data-line={index}
          d={linePath(
            series.values,
            at => (at * WIDTH) / Math.max(1, series.values.length - 1),
            y
          )}
        />
      ))}
      {chart.limit !== null && chart.limit <= chart.top && (
        <path className="smnb-chart-limit" d={`M0 ${y(chart.limit)}H${WIDTH}`} />
      )}
    </svg>
  );
}

/** The same as numbers. */
export const ChartTable = React.memo(function ChartTable(
  props: ChartProps
): React.ReactElement {
  const { t } = useHost();
  const { chart, metrics } = props;
  const title = titleOf(t, chart);
  const rows = Math.max(0, ...chart.series.map(series => series.values.length));
  const step = (metrics.end - metrics.start) / Math.max(1, rows - 1);
  return (
    <table className="smnb-table">
      <caption>
        {title}: {chart.says}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('Time')}</th>
          {chart.series.map(series => (
            <th key={series.label} scope="col">
              {series.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            <th scope="row">{moment(metrics.start + row * step, metrics)}</th>
            {chart.series.map(series => {
              const value = series.values[row] ?? null;
              return (
                <td key={series.label}>
                  {value === null ? t('none') : amount(t, chart, value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
});

/** Whether there is something to draw: of errors, one; of anything else, a sample. */
function happened(chart: Chart): boolean {
  return chart.series.some(series =>
    series.values.some(value =>
      chart.key === 'errors' ? Boolean(value) : value !== null
    )
  );
}

function titleOf(t: Translate, chart: Chart): string {
  const titles: Record<Chart['key'], string> = {
    requests: t('Requests'),
    latency: t('Latency'),
    memory: t('Memory'),
    errors: t('Errors')
  };
  return titles[chart.key];
}

function amount(t: Translate, chart: Chart, value: number): string {
  switch (chart.unit) {
    case 'per-min':
      return t('%1/min', count(value));
    case 'ms':
      return latency(value);
    case 'mb':
      return memory(value);
    case 'count':
      return count(value);
  }
}

function moment(ms: number, metrics: Metrics): string {
  return metrics.end - metrics.start > DAY_MS ? day(ms) : clock(ms);
}
