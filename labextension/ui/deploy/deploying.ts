// What is asked before something is deployed that costs by the hour.

import { titleOf } from '../cost/words';
import { usdPerHour, usdPerMonth } from '../format';
import type { Host, Question } from '../host';
import type { DeployForm, Target } from '../shapes';

/** The question; null on the local backend, and for what costs nothing while idle. */
export function deployQuestion(
  t: Host['t'],
  form: DeployForm,
  target: Target,
  ttl: string | null
): Question | null {
  const { usd_per_hour, usd_per_month } = form;
  if (target.kind === 'local' || usd_per_hour === 0) {
    return null;
  }
  const unknown = t('price unknown');
  return {
    title: t('Deploy %1 to AWS?', form.name),
    rows: [
      { label: t('Runs on'), value: titleOf(t, form.choice) },
      {
        label: t('While it is there'),
        value: usd_per_hour === null ? unknown : usdPerHour(t, usd_per_hour)
      },
      {
        label: t('At this traffic'),
        value: usd_per_month === null ? unknown : usdPerMonth(t, usd_per_month)
      }
    ],
    notes: [
      ttl === null
        ? t('It costs that until you delete it, called or not.')
        : t('It costs that, called or not, until it deletes itself after %1.', ttl)
    ],
    deed: t('Deploy to AWS')
  };
}
