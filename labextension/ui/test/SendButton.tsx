import * as React from 'react';

import { useDeed } from '../answer';
import { usdFine, usdPerHour } from '../format';
import { useHost } from '../host';
import { Button, Notice, Phrase } from '../parts';
import type { RoutePlan, Row } from '../shapes';
import { sendQuestion } from './sending';

/** The button that sends, what that costs, and what would be made for it first. */
export function SendButton(props: {
  row: Row;
  plan: RoutePlan;
  sending: boolean;
  again: boolean;
  disabled: boolean;
  onSend: () => Promise<void>;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row, plan, sending, again, onSend } = props;
  const { needs_twin } = plan;
  const serves = row.status === 'InService' || row.status === 'Updating';
  const deed = useDeed();
  const question = sendQuestion(t, row.name, plan);
  return (
    <>
      {needs_twin && (
        <Notice kind="warning">
          {needs_twin.usd_per_hour === null ? (
            t('No async twin yet. Its price is unknown.')
          ) : (
            <Phrase
              text="No async twin yet. It costs %1, then scales to zero."
              args={[
                <b key="cost">
                  {t('%1 while it works', usdPerHour(t, needs_twin.usd_per_hour))}
                </b>
              ]}
            />
          )}
        </Notice>
      )}
      <div className="smnb-flex smnb-send">
        <Button
          kind="primary"
          disabled={!serves || props.disabled || deed.pressed}
          busy={sending && t('Sending…')}
          title={serves ? undefined : t('%1 is %2.', row.name, row.status)}
          onClick={() =>
            deed.run(onSend, question ? () => host.confirm(question) : undefined)
          }
        >
          {needs_twin ? t('Add twin and send…') : again ? t('Send again') : t('Send')}
        </Button>
        {plan.usd !== null && (
          <span className="smnb-small smnb-quiet">
            {plan.usd === 0 ? t('free here') : usdFine(t, plan.usd)}
          </span>
        )}
      </div>
    </>
  );
}
