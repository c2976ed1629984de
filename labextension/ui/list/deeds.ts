// What asks first, or may: deleting and keeping endpoints, another target.

import { clock, durationShort, usdPerHour } from '../format';
import type { Host } from '../host';
import type { Job, Row, Target } from '../shapes';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Shows what a delete would take and what stays; deletes if the user agrees.
 *
 * `typed` must be typed first.
 */
export async function deleteEndpoints(
  host: Host,
  target: Target,
  names: string[],
  typed?: string
): Promise<void> {
  const { t } = host;
  const plan = await host.command('plan_delete', { names });
  const one = names.length === 1 ? (names[0] ?? '') : null;
  const notes = plan.keeps.length ? [t('Stays: %1', plan.keeps.join(', '))] : [];
  if (target.kind === 'aws' && plan.usd_per_hour) {
    notes.push(t('That ends %1.', usdPerHour(t, plan.usd_per_hour)));
  }
  const agreed = await host.confirm({
    title:
      one === null ? t('Delete %1 endpoints?', names.length) : t('Delete %1?', one),
    text: [
      plan.account_last4 === null
        ? t('On the local backend, for good:')
        : t('In AWS account …%1, %2, for good:', plan.account_last4, plan.region)
    ],
    rows: plan.items.map(item => ({ label: item.what, value: item.name })),
    notes,
    deed: one === null ? t('Delete %1', names.length) : t('Delete'),
    destroys: true,
    ...(typed !== undefined && { typed })
  });
  if (agreed) {
    await host.command('delete', { names });
  }
}

/** Deletes all that nobody calls and that costs; the target's name must be typed. */
export async function deleteAllIdle(
  host: Host,
  target: Target,
  rows: ReadonlyMap<string, Row>
): Promise<void> {
  const idle = [...rows.values()].filter(row => row.idle).map(row => row.name);
  if (idle.length > 0) {
    await deleteEndpoints(host, target, idle, target.name);
  }
}

/**
 * Lets an endpoint stay so many hours from `now` (null: until it is deleted).
 *
 * Asks first where that costs.
 */
export async function keep(
  host: Host,
  target: Target,
  row: Row,
  hours: number | null,
  now: number
): Promise<void> {
  const { t } = host;
  const costs =
    row.usd_per_hour === null ? t('price unknown') : usdPerHour(t, row.usd_per_hour);
  const agreed =
    target.kind === 'local' ||
    (await host.confirm({
      title:
        hours === null
          ? t('Keep %1 until it is deleted?', row.name)
          : t('Keep %1 for %2?', row.name, durationShort(hours * HOUR_MS)),
      rows: [
        {
          label: t('Deletes itself'),
          before: row.ttl_ends_at === null ? t('never') : clock(row.ttl_ends_at),
          value: hours === null ? t('never') : clock(now + hours * HOUR_MS)
        },
        { label: t('Costs'), value: costs }
      ],
      deed: t('Keep')
    }));
  if (agreed) {
    await host.command('extend', {
      name: row.name,
      ttl: hours === null ? null : `${hours}h`
    });
  }
}

/** Stops a job, and undoes what it made, after it asked. */
export async function stopJob(host: Host, job: Job): Promise<void> {
  const { t } = host;
  const isDeploy = job.deed === 'deploy';
  if (job.deed === 'measure') {
    // What it made is removed by all means, and what was measured is kept.
    await host.command('stop', { job: job.id });
    return;
  }
  const agreed = await host.confirm({
    title: isDeploy
      ? t('Stop the deploy of %1?', job.endpoint)
      : t('Stop waiting for %1?', job.endpoint),
    text: [
      isDeploy
        ? t('What it made so far is removed.')
        : t('AWS finishes what it has begun; the list shows how that ends.')
    ],
    deed: isDeploy ? t('Stop and undo') : t('Stop waiting'),
    destroys: isDeploy
  });
  if (agreed) {
    await host.command('stop', { job: job.id });
  }
}
