import * as React from 'react';

import { fullTime, latency, memory, percent } from '../format';
import { useHost } from '../host';
import { RadioMark, Unknown } from '../parts';
import type { Choice, Cost, Size } from '../shapes';
import { peakLine, rung } from './geometry';
import { refuse } from './refuse';
import { keyOf, monthly, perThousand, serverless } from './words';

/** The serverless sizes on one scale, the measured peak drawn across them. */
export function MemoryLadder(props: {
  cost: Cost;
  /** The radio group, which may go on below: with instances. */
  name: string;
  chosen: Choice | null;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { cost, name, chosen, onChoose } = props;
  const { sizes, peak } = cost;
  return (
    <div className="smnb-ladder" role="radiogroup" aria-label={t('Serverless memory')}>
      <div className="smnb-rung smnb-rung-head" aria-hidden="true">
        <span />
        <span>
          {t('size')}
          <span className="smnb-if-narrow">{t('p50')}</span>
        </span>
        <span className="smnb-rung-peak">
          {peak && (
            <>
              {t('peak')} <span title={peak.source}>{memory(peak.memory_mb)}</span>
            </>
          )}
        </span>
        <span className="smnb-if-roomy">{t('spare')}</span>
        <span className="smnb-if-wide">{t('p50')}</span>
        <span className="smnb-if-wide">{t('per 1k calls')}</span>
        <span>
          {t('a month')}
          <span className="smnb-if-narrow">{t('per 1k calls')}</span>
        </span>
      </div>
      {sizes.map(size => (
        <Rung
          key={size.memory_mb}
          size={size}
          cost={cost}
          name={name}
          checked={keyOf(chosen) === keyOf(serverless(size.memory_mb))}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

function Rung(props: {
  size: Size;
  cost: Cost;
  name: string;
  checked: boolean;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { size, cost, name, checked, onChoose } = props;
  const { fits } = size;
  const choice = serverless(size.memory_mb);
  const best = size.memory_mb === cost.best_mb;
  const now = keyOf(cost.now) === keyOf(choice);
  const month = fits ? monthly(t, size.usd_per_month, size.bound) : null;
  const thousand = fits ? perThousand(t, size.usd_per_1k, size.bound) : null;
  return (
    <label
      className="smnb-rung"
      data-chosen={checked || undefined}
      data-unfit={!fits || undefined}
      title={fits ? undefined : unfitWords(t, size, cost)}
    >
      <span>
        <input
          type="radio"
          className="smnb-hidden"
          name={name}
          checked={checked}
          aria-disabled={!fits || undefined}
          aria-label={spoken(t, size, cost, { best, now, month })}
          onClick={fits ? undefined : refuse}
          onChange={() => fits && onChoose(choice)}
        />
        <RadioMark checked={checked} disabled={!fits} />
      </span>
      <span className="smnb-rung-size">
        {memory(size.memory_mb)}
        {best && <span className="smnb-tag smnb-tag-best">{t('best')}</span>}
        {now && (
          <span className={best ? 'smnb-tag smnb-if-wide' : 'smnb-tag'}>
            {t('now')}
          </span>
        )}
        {fits && (
          <small>
            {best && now && (
              <span className="smnb-rung-now">
                {t('now')}
                <span> · </span>
              </span>
            )}
            <Latency size={size} />
          </small>
        )}
      </span>
      <Bar size={size} cost={cost} />
      <span className="smnb-if-roomy">
        {fits && size.spare_fraction !== null ? (
          percent(t, size.spare_fraction)
        ) : (
          <Unknown label={fits ? t('no peak measured') : t('too small')} />
        )}
      </span>
      <span className="smnb-if-wide">
        {fits ? <Latency size={size} words /> : <Unknown label={t('too small')} />}
      </span>
      <span className="smnb-if-wide">
        {thousand ?? <Unknown label={t('price unknown')} />}
      </span>
      <span className="smnb-rung-price">
        {month ?? <Unknown label={fits ? t('price unknown') : t('too small')} />}
        {fits && thousand !== null && (
          <small className="smnb-if-narrow">{thousand}</small>
        )}
      </span>
    </label>
  );
}

/** The bar of a size: dark as far as the peak goes, hatched if it does not fit. */
function Bar(props: { size: Size; cost: Cost }): React.ReactElement {
  const { t } = useHost();
  const { size, cost } = props;
  const { bar, used } = rung(size, cost.sizes, cost.peak);
  const line = peakLine(cost.sizes, cost.peak);
  return (
    <span className="smnb-rung-scale" aria-hidden="true">
      <span className="smnb-rung-bar" style={{ width: `${bar}%` }}>
        {used > 0 && <span style={{ width: `${used}%` }} />}
      </span>
      {line !== null && (
        <span className="smnb-rung-line" style={{ left: `${line}%` }} />
      )}
      {!size.fits && (
        <span
          className="smnb-rung-unfit"
          style={{ left: `calc(${line ?? bar}% + 6px)` }}
        >
          {t('too small')}
        </span>
      )}
    </span>
  );
}

/** The measured latency, its date as a tooltip; never a guess. */
function Latency(props: { size: Size; words?: boolean }): React.ReactElement {
  const { t } = useHost();
  const { p50_ms, measured_at } = props.size;
  if (p50_ms !== null) {
    const when =
      measured_at === null ? undefined : t('measured %1', fullTime(measured_at));
    return <span title={when}>{latency(p50_ms)}</span>;
  }
  return props.words ? (
    <span>{t('not measured')}</span>
  ) : (
    <Unknown label={t('not measured')} />
  );
}

type Translate = ReturnType<typeof useHost>['t'];

function unfitWords(t: Translate, size: Size, cost: Cost): string {
  return cost.peak
    ? t(
        '%1, does not fit, peak %2',
        memory(size.memory_mb),
        memory(cost.peak.memory_mb)
      )
    : t('%1, does not fit', memory(size.memory_mb));
}

/** A size for the ear: `2 GB, best, fits, 52 ms, $2.50 a month`. */
function spoken(
  t: Translate,
  size: Size,
  cost: Cost,
  row: { best: boolean; now: boolean; month: string | null }
): string {
  if (!size.fits) {
    return unfitWords(t, size, cost);
  }
  return [
    memory(size.memory_mb),
    row.best && t('best'),
    row.now && t('now'),
    cost.peak && t('fits'),
    size.p50_ms === null ? t('latency not measured') : latency(size.p50_ms),
    row.month === null ? t('price unknown') : t('%1 a month', row.month)
  ]
    .filter(Boolean)
    .join(', ');
}
