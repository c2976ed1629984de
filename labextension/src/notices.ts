// One notification a job: changed in place, with what to do next.

import type { Notification } from '@jupyterlab/apputils';

import type { IDisposable } from '@lumino/disposable';

import { duration } from '../ui/format';
import type { Host } from '../ui/host';
import type { Job } from '../ui/shapes';
import type { State, Store } from '../ui/store';

/** How long it stays on screen how a job ended; the centre keeps it. */
const DONE_MS = 6000;
const FAILED_MS = 20_000;
/** A message changes at most so often. */
const TICK_MS = 1000;

/** The most letters of a message. */
const LONGEST = 140;

/** What the buttons do. */
export interface NoticeDeeds {
  show: (endpoint: string) => void;
  stop: (job: Job) => void;
  test: (endpoint: string) => void;
  insertCode: (endpoint: string) => void;
  log: (endpoint: string) => void;
  deployAgain: (job: Job) => void;
}

/** What this needs of JupyterLab's notifications. */
export interface NoticeCentre {
  emit: typeof Notification.emit;
  dismiss: (id: string) => void;
  update: (args: Notification.IUpdate<null>) => boolean;
  manager: Pick<typeof Notification.manager, 'has'>;
}

/** What JupyterLab is to show of a job. */
export interface Notice {
  message: string;
  type: Notification.TypeOptions;
  options: Notification.IOptions<null>;
}

/** What to say of a job at the server's time `now` (ms), and what can be done. */
export function noticeOf(
  job: Job,
  now: number,
  t: Host['t'],
  deeds: NoticeDeeds
): Notice {
  const action = (label: string, deed: () => void, stays = false) => ({
    label,
    callback: (event: MouseEvent) => {
      if (stays) {
        event.preventDefault();
      }
      deed();
    }
  });
  const name = job.endpoint;
  if (job.state === 'running') {
    const actions = [action(t('Show'), () => deeds.show(name), true)];
    if (job.can_stop) {
      const stop = job.deed === 'deploy' ? t('Stop and undo…') : t('Stop…');
      actions.push(action(stop, () => deeds.stop(job), true));
    }
    const message = [job.text, phaseOf(job, now, t)].filter(Boolean).join('\n');
    return { message, type: 'in-progress', options: { autoClose: false, actions } };
  }
  const whole = [job.text, job.fix].filter(Boolean).join('\n');
  // JupyterLab cuts what is longer; the panel says the whole of it.
  const message = whole.length > LONGEST ? job.text : whole;
  if (job.state === 'done') {
    const actions =
      job.deed === 'deploy'
        ? [
            action(t('Test it'), () => deeds.test(name)),
            action(t('Insert code'), () => deeds.insertCode(name))
          ]
        : job.deed === 'measure'
          ? [action(t('Show'), () => deeds.show(name))]
          : [];
    return { message, type: 'success', options: { autoClose: DONE_MS, actions } };
  }
  if (job.state === 'stopped') {
    return { message, type: 'default', options: { autoClose: DONE_MS } };
  }
  const actions =
    job.deed === 'deploy'
      ? [
          action(t('Log'), () => deeds.log(name)),
          action(t('Deploy again…'), () => deeds.deployAgain(job))
        ]
      : [action(t('Show'), () => deeds.show(name))];
  // The list says it too: then a toast would only cover it.
  const isTold = job.deed === 'deploy' && isListShown();
  const autoClose = isTold ? 0 : FAILED_MS;
  return { message, type: 'error', options: { autoClose, actions } };
}

/** Whether the panel's list, which tells of deploys that failed, is on screen. */
function isListShown(): boolean {
  const lists = document.querySelectorAll('.smnb-panel .smnb-rows');
  return [...lists].some(list => list.checkVisibility());
}

/** How far a job is: `Starting container, 3 of 4 · 2 min 14 s`. */
function phaseOf(job: Job, now: number, t: Host['t']): string {
  const elapsed = duration(now - job.started_at);
  const { phase } = job;
  return phase
    ? t('%1, %2 of %3 · %4', phase.label, phase.index, phase.of, elapsed)
    : elapsed;
}

/** Keeps the notifications of all jobs as the store says. */
export class Notices implements IDisposable {
  constructor(
    private readonly centre: NoticeCentre,
    private readonly store: Store,
    private readonly t: Host['t'],
    private readonly deeds: NoticeDeeds
  ) {
    this.unsubscribe = store.subscribe(this.update);
  }

  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  private readonly update = (): void => {
    const state = this.store.get();
    if (state.head && this.timer === undefined) {
      this.since ??= state.head.at;
      const runs = this.tell(state, state.head.jobs);
      this.timer = setTimeout(() => {
        this.timer = undefined;
        if (runs || state !== this.store.get()) {
          this.update();
        }
      }, TICK_MS);
    }
  };

  /** Tells of the jobs; returns whether one of them runs. */
  private tell(state: State, jobs: readonly Job[]): boolean {
    const now = Date.now() + state.clock_ahead_ms;
    for (const job of jobs) {
      const ended = job.state !== 'running';
      // What ended before this page was opened is no news.
      const isNews = !ended || (job.ended_at ?? 0) >= (this.since ?? 0);
      if (isNews && this.told.get(job.id)?.ended !== true) {
        this.notify(job.id, noticeOf(job, now, this.t, this.deeds), ended);
      }
    }
    return jobs.some(job => job.state === 'running');
  }

  private notify(job: string, notice: Notice, ended: boolean): void {
    const { message, type, options } = notice;
    const id = this.told.get(job)?.id;
    if (id !== undefined && ended && options.autoClose === 0) {
      // An update would leave the toast of what went on as it is.
      this.centre.dismiss(id);
    }
    if (id === undefined || !this.centre.manager.has(id)) {
      // What the user dismissed comes back only when it has ended.
      if (id === undefined || ended) {
        const made = this.centre.emit(message, type, options);
        this.told.set(job, { id: made, ended });
      }
      return;
    }
    // An update would show a toast again that was put away: it stays in the centre.
    const isPutAway = !ended && document.getElementById(id) === null;
    const autoClose = isPutAway ? 0 : (options.autoClose ?? false);
    this.centre.update({ id, message, type, ...options, autoClose });
    this.told.set(job, { id, ended });
  }

  private readonly told = new Map<string, { id: string; ended: boolean }>();
  private readonly unsubscribe: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since: number | undefined;
}
