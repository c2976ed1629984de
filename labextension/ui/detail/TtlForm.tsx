import * as React from 'react';

import { durationShort } from '../format';
import { useHost } from '../host';
import { Button, Segmented } from '../parts';

const HOUR_MS = 60 * 60 * 1000;
const HOURS = [1, 2, 8, 24];
/** Stands for no end, since the value of a radio is a number here. */
const NEVER = 0;

/** How long it stays from now on. */
export function TtlForm(props: {
  off: boolean;
  onKeep: (hours: number | null) => void;
  onCancel: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const [hours, setHours] = React.useState(2);
  const options = [
    ...HOURS.map(value => ({ value, label: durationShort(value * HOUR_MS) })),
    { value: NEVER, label: t('no end'), title: t('stays until you delete it') }
  ];
  return (
    <div className="smnb-ttl-form">
      <p className="smnb-small smnb-quiet">{t('From now it stays')}</p>
      <Segmented label={t('TTL')} options={options} value={hours} onChange={setHours} />
      <div className="smnb-buttons">
        <Button
          kind="primary"
          disabled={props.off}
          onClick={() => props.onKeep(hours === NEVER ? null : hours)}
        >
          {t('Change TTL')}
        </Button>
        <Button kind="ghost" onClick={props.onCancel}>
          {t('Cancel')}
        </Button>
      </div>
    </div>
  );
}
