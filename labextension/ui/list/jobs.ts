// Jobs that the list has to tell of.

import { ofLab } from '../host';
import type { Job } from '../shapes';
import type { State } from '../store';

/** Where the browser keeps which of them were put away, and how many at most. */
const DISMISSED = 'smnb-dismissed';
const MOST_DISMISSED = 100;

/** The ids of the jobs that were put away, also before the page was loaded anew. */
export function dismissedBefore(): string[] {
  const kept = ofLab(() => localStorage.getItem(DISMISSED))?.();
  return kept?.split(' ') ?? [];
}

/** Keeps that a job was put away, as those `before` it; returns all. */
export function dismiss(job: Job, before: readonly string[]): string[] {
  const all = [...before, job.id];
  ofLab(() => {
    const kept = new Set([...dismissedBefore(), ...all]);
    localStorage.setItem(DISMISSED, [...kept].slice(-MOST_DISMISSED).join(' '));
  })?.();
  return all;
}

/**
 * Deploys whose endpoint has no row: not yet there, or undone because they failed.
 *
 * Only the newest job of an endpoint counts; those `dismissed` by their id do not.
 */
export function homeless(
  jobs: readonly Job[],
  rows: State['rows'],
  dismissed: readonly string[]
): Job[] {
  const names = new Set([...rows.values()].map(row => row.name));
  // The newest is the last, and stands in for those before it.
  const newest = new Map(jobs.map(job => [job.endpoint, job]));
  return [...newest.values()].filter(
    job =>
      job.deed === 'deploy' &&
      (job.state === 'running' || job.state === 'failed') &&
      !names.has(job.endpoint) &&
      !dismissed.includes(job.id)
  );
}

/** How many jobs go on. */
export function running(jobs: readonly Job[]): number {
  return jobs.filter(job => job.state === 'running').length;
}
