// Jobs that the list has to tell of.

import type { Job } from '../shapes';
import type { State } from '../store';

/**
 * Deploys whose endpoint has no row: not yet there, or undone because they failed.
 *
 * Only the newest job of an endpoint counts; those `dismissed` by their id do not.
 */
export function homeless(
  jobs: readonly Job[],
  rows: State['rows'],
  dismissed: ReadonlySet<string>
): Job[] {
  const names = new Set([...rows.values()].map(row => row.name));
  // The newest is the last, and stands in for those before it.
  const newest = new Map(jobs.map(job => [job.endpoint, job]));
  return [...newest.values()].filter(
    job =>
      job.deed === 'deploy' &&
      (job.state === 'running' || job.state === 'failed') &&
      !names.has(job.endpoint) &&
      !dismissed.has(job.id)
  );
}

/** How many jobs go on. */
export function running(jobs: readonly Job[]): number {
  return jobs.filter(job => job.state === 'running').length;
}
