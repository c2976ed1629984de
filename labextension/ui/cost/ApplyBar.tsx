import * as React from 'react';

import { useAnswer, useDeed, type Deed } from '../answer';
import { latency } from '../format';
import { useHost, type Host } from '../host';
import { Button, ProblemNotice } from '../parts';
import type { ChangePlan, Choice, Row } from '../shapes';
import { meanwhile, oneWay, updateQuestion } from './question';
import { change, monthly, titleOf } from './words';

/** What a change is about: the endpoint, what it runs on and is to run on. */
export interface Wanted {
  row: Row;
  now: Choice;
  choice: Choice;
  calls_per_month: number;
}

/** The chosen change and its price, before anything is done; sticky at the bottom. */
export function ApplyBar(props: {
  wanted: Wanted;
  onUndo: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { wanted, onUndo } = props;
  const { row, now, choice, calls_per_month } = wanted;
  const args = { name: row.name, choice, calls_per_month };
  const { result: plan, problem, retry } = useAnswer('plan_update', args, row.key);
  const deed = useDeed();
  const serves = row.status === 'InService';
  return (
    <div className="smnb-apply" role="group" aria-label={t('Change')}>
      {problem && <ProblemNotice problem={problem} onRetry={retry} />}
      {deed.problem && <ProblemNotice problem={deed.problem} />}
      <div className="smnb-apply-change">
        <div className="smnb-flex smnb-wrap">
          <b>
            {plan?.before ?? titleOf(t, now)} → {plan?.after ?? titleOf(t, choice)}
          </b>
          {plan && plan.usd_fraction !== null && (
            <span>{change(t, plan.usd_fraction)}</span>
          )}
        </div>
        <Prices plan={plan} choice={choice} />
      </div>
      <div className="smnb-flex">
        <Button
          kind="primary"
          disabled={!plan || !serves || deed.pressed}
          busy={deed.busy && t('Applying…')}
          title={
            serves
              ? undefined
              : t('%1 is %2: wait until it is in service.', row.name, row.status)
          }
          onClick={() => deed.run(...apply(host, wanted))}
        >
          {t('Apply…')}
        </Button>
        <Button kind="ghost" disabled={deed.pressed} onClick={onUndo}>
          {t('Undo choice')}
        </Button>
      </div>
    </div>
  );
}

function Prices(props: {
  plan: ChangePlan | null;
  choice: Choice;
}): React.ReactElement {
  const { t } = useHost();
  const { plan, choice } = props;
  if (!plan) {
    return <div className="smnb-quiet">{t('Reading what it would cost…')}</div>;
  }
  const before = monthly(t, plan.usd_per_month_before, 'exact') ?? t('unknown');
  const after = monthly(t, plan.usd_per_month_after, plan.bound) ?? t('unknown');
  return (
    <>
      <div>
        {before} → <b>{after}</b> {t('a month')}
      </div>
      <div className="smnb-small smnb-quiet">
        {plan.p50_before_ms !== null && plan.p50_after_ms !== null && (
          <>
            {t(
              'p50 %1 → %2.',
              latency(plan.p50_before_ms),
              latency(plan.p50_after_ms)
            )}{' '}
          </>
        )}
        {meanwhile(t, plan, choice)}
        {plan.one_way && ` ${oneWay(t)}`}
      </div>
    </>
  );
}

/** Updates, asking with the newest plan; the endpoint's own row tells what follows. */
export function apply(host: Host, wanted: Wanted): Parameters<Deed['run']> {
  const { row, choice, calls_per_month } = wanted;
  const args = { name: row.name, choice, calls_per_month };
  return [
    async () => {
      await host.command('update', args);
    },
    async () => {
      const plan = await host.command('plan_update', args);
      return host.confirm(
        updateQuestion(host.t, row.name, choice, plan, calls_per_month)
      );
    }
  ];
}
