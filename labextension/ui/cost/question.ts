// What is asked before an endpoint is changed: the plan of the SDK's dry run, in words.

import { countShort, duration, latency, usdPerHour } from '../format';
import type { Host, Question } from '../host';
import type { ChangePlan, Choice } from '../shapes';
import { monthly, perThousand } from './words';

type Translate = Host['t'];
type QuestionRow = NonNullable<Question['rows']>[number];

/** Whether a change keeps both fleets up for a while, which then both cost. */
export function bothBill(plan: ChangePlan, choice: Choice): boolean {
  return plan.bills && choice.kind !== 'serverless';
}

/** How long the endpoint does not answer: never, since the old one serves until then. */
export function meanwhile(t: Translate, plan: ChangePlan, choice: Choice): string {
  return bothBill(plan, choice)
    ? t('Both fleets bill while it switches.')
    : t('No downtime.');
}

/** The question before `name` moves to `choice`. */
export function updateQuestion(
  t: Translate,
  name: string,
  choice: Choice,
  plan: ChangePlan,
  calls: number
): Question {
  const notes = [
    t('The %1 version keeps serving until %2 is ready.', plan.before, plan.after)
  ];
  if (plan.last_took_s !== null) {
    notes.push(t('The last update took %1.', duration(plan.last_took_s * 1000)));
  }
  const text = [notes.join(' ')];
  if (bothBill(plan, choice)) {
    text.push(t('Both fleets bill while it switches.'));
  }
  if (plan.one_way) {
    text.push(oneWay(t));
  }
  return {
    title: titleWords(t, name, choice, plan),
    rows: rowsOf(t, choice, plan, calls),
    notes: text,
    deed: plan.one_way ? t('Switch to %1', plan.after) : t('Change to %1', plan.after)
  };
}

/** The sentence that stands beside the button and again in the question. */
export function oneWay(t: Translate): string {
  return t('One way: AWS does not switch an endpoint back to serverless.');
}

function titleWords(
  t: Translate,
  name: string,
  choice: Choice,
  plan: ChangePlan
): string {
  if (plan.one_way) {
    return t('Switch %1 to real-time?', name);
  }
  return choice.kind === 'serverless'
    ? t('Change memory of %1?', name)
    : t('Change the instance of %1?', name);
}

function rowsOf(
  t: Translate,
  choice: Choice,
  plan: ChangePlan,
  calls: number
): QuestionRow[] {
  const unknown = t('unknown');
  const row = (
    label: string,
    before: string | null,
    value: string | null
  ): QuestionRow => ({ label, before: before ?? unknown, value: value ?? unknown });
  const rows = [
    row(
      choice.kind === 'serverless' ? t('Memory') : t('Runs on'),
      plan.before,
      plan.after
    )
  ];
  if (choice.kind !== 'serverless') {
    const hourly = (usd: number | null) => (usd === null ? null : usdPerHour(t, usd));
    rows.push(
      row(t('Costs'), hourly(plan.usd_per_hour_before), hourly(plan.usd_per_hour_after))
    );
  }
  if (plan.usd_per_1k_before !== null || plan.usd_per_1k_after !== null) {
    rows.push(
      row(
        t('Per 1k calls'),
        perThousand(t, plan.usd_per_1k_before, 'exact'),
        perThousand(t, plan.usd_per_1k_after, plan.bound)
      )
    );
  }
  rows.push(
    row(
      t('At %1 calls a month', countShort(calls)),
      monthly(t, plan.usd_per_month_before, 'exact'),
      monthly(t, plan.usd_per_month_after, plan.bound)
    )
  );
  if (plan.p50_before_ms !== null && plan.p50_after_ms !== null) {
    rows.push(
      row(t('p50, measured'), latency(plan.p50_before_ms), latency(plan.p50_after_ms))
    );
  }
  return rows;
}
