import * as React from 'react';

import { percent, usdPerHour, usdPerMonth } from '../format';
import { useHost, type Host } from '../host';
import { Phrase, Unknown } from '../parts';
import type { Burn, Share } from '../shapes';

/** So many endpoints have a part of their own in the bar. */
const PARTS = 3;

/** What all cost an hour, and which part of it goes where; always of the same height. */
export function BurnRate(props: { burn: Burn }): React.ReactElement {
  const { t } = useHost();
  const { burn } = props;
  return (
    <div className="smnb-burn">
      <div className="smnb-burn-figures">
        <span className="smnb-burn-rate" title={t('Prices of %1', burn.prices_as_of)}>
          {burn.usd_per_hour === null ? (
            <Unknown label={t('price unknown')} />
          ) : (
            usdPerHour(t, burn.usd_per_hour, true)
          )}
        </span>
        <BurnWords burn={burn} />
      </div>
      <Shares burn={burn} />
    </div>
  );
}

function BurnWords({ burn }: { burn: Burn }): React.ReactElement {
  const { t } = useHost();
  const { hypothetical, usd_per_month } = burn;
  const month = usd_per_month === null ? '' : usdPerMonth(t, usd_per_month, true);
  const words = hypothetical ? t('on AWS; free here') : month;
  return (
    <span className="smnb-burn-words smnb-quiet smnb-small" title={words}>
      <span className="smnb-ellipsis">{words}</span>{' '}
      {!hypothetical && month && <span>{t('at this rate')}</span>}
    </span>
  );
}

function Shares({ burn }: { burn: Burn }): React.ReactElement {
  const { t } = useHost();
  const [first] = burn.shares;
  const parts = largest(t, burn.shares);
  const words = parts
    .map(part => `${part.name} ${percent(t, part.fraction)}`)
    .join(', ');
  return (
    <div className="smnb-shares">
      <div
        className="smnb-share-bar"
        role={first && 'img'}
        aria-label={first && t('Share of cost: %1', words)}
        title={words}
      >
        {parts.map(part => (
          <i key={part.name} style={{ flexGrow: part.fraction * 100 }} />
        ))}
      </div>
      <div className="smnb-small smnb-quiet smnb-ellipsis" title={first?.name}>
        {first ? (
          <Phrase
            text="%1 is %2 of it"
            args={[
              <span key="name" className="smnb-strong">
                {first.name}
              </span>,
              percent(t, first.fraction)
            ]}
          />
        ) : burn.usd_per_hour === null ? (
          t('price unknown')
        ) : (
          t('Nothing costs now')
        )}
      </div>
    </div>
  );
}

/** The largest shares, and what is left of the bar as the rest. */
function largest(t: Host['t'], shares: readonly Share[]): Share[] {
  const parts = shares.slice(0, PARTS);
  const rest = shares.slice(PARTS).reduce((sum, share) => sum + share.fraction, 0);
  return rest > 0 ? [...parts, { name: t('rest'), fraction: rest }] : parts;
}
