import * as React from 'react';

import { useAnswer } from '../answer';
import { clock, day, fullTime, timeLeft } from '../format';
import { useHost } from '../host';
import type { RowActions } from '../list/actions';
import { Button, IconButton, Notice, ProblemNotice, useNow } from '../parts';
import type { DeletePlan, Fact, Facts, Row } from '../shapes';
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
      {facts.result && <Explained row={row} facts={facts.result} />}
      <Removal {...props} plan={plan.result} />
    </>
  );
}

/** Words first, then the ids, which are there to be copied. */
function Runs(props: SettingsProps & { facts: Facts | null }): React.ReactElement {
  const { t } = useHost();
  const { row, facts, off, actions } = props;
  const [changing, setChanging] = React.useState(false);
  const all = facts?.facts ?? [];
  return (
    <section className="smnb-section">
      <h3>{t('Runs')}</h3>
      <div className="smnb-facts">
        {all
          .filter(fact => !fact.copies)
          .map(({ label, value }) => (
            <Line key={label} label={label} title={value}>
              {value}
            </Line>
          ))}
        <Line
          label={t('TTL')}
          title={
            row.ttl_ends_at === null
              ? t('none, stays until deleted')
              : fullTime(row.ttl_ends_at)
          }
        >
          <TtlWords row={row} />
        </Line>
        <Line label={t('Created')} title={fullTime(row.created_at)}>
          {day(row.created_at)}, {clock(row.created_at)}
        </Line>
        {all
          .filter(fact => fact.copies)
          .map(fact => (
            <CopiedLine key={fact.label} fact={fact} />
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
        facts?.can_extend && (
          <div className="smnb-buttons">
            <Button kind="ghost" disabled={off} onClick={() => setChanging(true)}>
              {t('Change TTL…')}
            </Button>
          </div>
        )
      )}
    </section>
  );
}

function Line(props: {
  label: string;
  title?: string;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <>
      <span>{props.label}</span>
      <span className="smnb-ellipsis" title={props.title}>
        {props.children}
      </span>
    </>
  );
}

function CopiedLine({ fact }: { fact: Fact }): React.ReactElement {
  const host = useHost();
  return (
    <>
      <span>{fact.label}</span>
      <span className="smnb-copied">
        <span className="smnb-monospace smnb-ellipsis" title={fact.value}>
          {fact.value}
        </span>
        <IconButton
          icon="copy"
          size={12}
          label={host.t('Copy %1', fact.label)}
          onClick={() => host.copy(fact.value)}
        />
      </span>
    </>
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
        : t('%1 · ends %2', timeLeft(ttl_ends_at - now), clock(ttl_ends_at))}
    </>
  );
}

/** What was found in log and metrics, besides why it failed, which stands above. */
function Explained(props: { row: Row; facts: Facts }): React.ReactElement | null {
  const { t } = useHost();
  const others = props.facts.explanation.filter(
    one => one.cause !== props.row.failure?.cause
  );
  if (others.length === 0) {
    return null;
  }
  return (
    <section className="smnb-section">
      <h3>{t('Found in its log and metrics')}</h3>
      {others.map(one => (
        <Notice key={one.cause} kind="warning">
          <b>{one.cause}</b> {one.fix}
          {one.reason && <div className="smnb-quiet smnb-small">{one.reason}</div>}
        </Notice>
      ))}
    </section>
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
  return (
    <section className="smnb-section">
      <h3>{t('Delete')}</h3>
      {plan && (
        <>
          <p className="smnb-small smnb-quiet">{t('Removes')}</p>
          <div className="smnb-facts">
            {plan.items.map(({ what, name }) => (
              <Line key={what + name} label={what} title={name}>
                {name}
              </Line>
            ))}
          </div>
          {plan.keeps.length > 0 && (
            <p className="smnb-small smnb-quiet">
              {t('Stays: %1.', plan.keeps.join(', '))}
            </p>
          )}
        </>
      )}
      <div className="smnb-buttons">
        <Button kind="ghost" disabled={off} onClick={() => actions.remove(row)}>
          {t('Delete…')}
        </Button>
      </div>
    </section>
  );
}
