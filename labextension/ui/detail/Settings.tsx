import * as React from 'react';

import { useAnswer } from '../answer';
import { clock, day, durationShort, fullTime } from '../format';
import { useHost } from '../host';
import type { RowActions } from '../list/actions';
import { Button, ProblemNotice, useNow } from '../parts';
import type { DeletePlan, Facts, Row } from '../shapes';
import { TtlForm } from './TtlForm';

interface SettingsProps {
  row: Row;
  /** Whether there is no server that could do anything. */
  off: boolean;
  actions: RowActions;
}

/** What an endpoint is, how long it stays, and what deleting it would take. */
export function Settings(props: SettingsProps): React.ReactElement {
  const { row } = props;
  const version = `${row.status} ${row.ttl_ends_at ?? ''}`;
  const facts = useAnswer('facts', { name: row.name }, row.key, version);
  const plan = useAnswer('plan_delete', { names: [row.name] }, row.key, version);
  return (
    <>
      <Runs {...props} facts={facts.result} />
      {facts.problem && <ProblemNotice problem={facts.problem} onRetry={facts.retry} />}
      <Removal {...props} plan={plan.result} />
    </>
  );
}

function Runs(props: SettingsProps & { facts: Facts | null }): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row, facts, off, actions } = props;
  const [changing, setChanging] = React.useState(false);
  const all = facts?.facts ?? [];
  const copied = all.filter(fact => fact.copies);
  const lines = [
    ...all
      .filter(fact => !fact.copies)
      .map(({ label, value }) => ({ label, value: <>{value}</>, title: value })),
    { label: t('TTL'), value: <TtlWords row={row} />, title: '' },
    {
      label: t('Created'),
      value: <>{`${day(row.created_at)}, ${clock(row.created_at)}`}</>,
      title: fullTime(row.created_at)
    },
    ...copied.map(({ label, value }) => ({
      label,
      value: <span className="smnb-monospace">{value}</span>,
      title: value
    }))
  ];
  return (
    <section className="smnb-section">
      <h3>{t('Runs')}</h3>
      <div className="smnb-facts">
        {lines.map(({ label, value, title }) => (
          <React.Fragment key={label}>
            <span>{label}</span>
            <span className="smnb-ellipsis" title={title || undefined}>
              {value}
            </span>
          </React.Fragment>
        ))}
      </div>
      {changing ? (
        <TtlForm
          off={off}
          onKeep={hours => {
            setChanging(false);
            actions.keep(row, hours);
          }}
          onCancel={() => setChanging(false)}
        />
      ) : (
        <div className="smnb-buttons">
          {facts?.can_extend && (
            <Button kind="ghost" disabled={off} onClick={() => setChanging(true)}>
              {t('Change TTL…')}
            </Button>
          )}
          {copied.map(fact => (
            <Button key={fact.label} kind="ghost" onClick={() => host.copy(fact.value)}>
              {t('Copy %1', fact.label)}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

/** `5 h · ends 19:04`. */
function TtlWords({ row }: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const now = useNow();
  const { ttl_ends_at } = row;
  return (
    <>
      {ttl_ends_at === null
        ? t('none, stays until deleted')
        : t('%1 · ends %2', durationShort(ttl_ends_at - now), clock(ttl_ends_at))}
    </>
  );
}

function Removal(
  props: SettingsProps & { plan: DeletePlan | null }
): React.ReactElement | null {
  const { t } = useHost();
  const { row, plan, off, actions } = props;
  if (row.status === 'Deleting') {
    return null;
  }
  const gone = plan?.items.map(item => item.what).join(', ') ?? '';
  return (
    <section className="smnb-section">
      <h3>{t('Delete')}</h3>
      <p className="smnb-body">
        {gone && t('Removes: %1.', gone)}{' '}
        {plan && plan.keeps.length > 0 && t('Stays: %1.', plan.keeps.join(', '))}
      </p>
      <div className="smnb-buttons">
        <Button kind="ghost" disabled={off} onClick={() => actions.remove(row)}>
          {t('Delete…')}
        </Button>
      </div>
    </section>
  );
}
