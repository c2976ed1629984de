import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Host } from '../ui/host';
import type { Job, Snapshot } from '../ui/shapes';
import { Store } from '../ui/store';
import { noticeOf, type NoticeCentre, type NoticeDeeds, Notices } from './notices';

const t: Host['t'] = (text, ...args) =>
  text.replace(/%(\d)/g, (_, digit: string) => String(args[Number(digit) - 1]));

const deeds = {
  show: vi.fn(),
  stop: vi.fn(),
  test: vi.fn(),
  insertCode: vi.fn(),
  log: vi.fn(),
  deployAgain: vi.fn()
} satisfies NoticeDeeds;

const DEPLOY: Job = {
  id: 'one',
  deed: 'deploy',
  endpoint: 'faces',
  state: 'running',
  phase: { index: 3, of: 4, label: 'Starting container', since: 0, last_took_s: null },
  started_at: 0,
  ended_at: null,
  text: 'Deploying faces',
  fix: '',
  model_path: 'models/faces',
  can_stop: true
};

const labels = (job: Job): string[] =>
  (noticeOf(job, 0, t, deeds).options.actions ?? []).map(action => action.label);

test('a job says its phase and how long it takes', () => {
  const notice = noticeOf(DEPLOY, 134_000, t, deeds);
  expect(notice.message).toBe(
    'Deploying faces\nStarting container, 3 of 4 · 2\u00a0min\u00a014\u00a0s'
  );
  expect(notice.type).toBe('in-progress');
  expect(notice.options.autoClose).toBe(false);
});

test('the next step follows how it ended', () => {
  expect(labels(DEPLOY)).toEqual(['Show', 'Stop and undo…']);
  expect(labels({ ...DEPLOY, can_stop: false })).toEqual(['Show']);
  expect(labels({ ...DEPLOY, state: 'done' })).toEqual(['Test it', 'Insert code']);
  expect(labels({ ...DEPLOY, state: 'failed' })).toEqual(['Log', 'Deploy again…']);
  expect(labels({ ...DEPLOY, deed: 'delete', state: 'done' })).toEqual([]);
});

test('a failure says what to do, and goes later than success', () => {
  const fix = 'Add opencv-python to code/requirements.txt.';
  const failed = noticeOf({ ...DEPLOY, state: 'failed', text: 'No', fix }, 0, t, deeds);
  expect(failed.message).toBe(`No\n${fix}`);
  expect(failed.options.autoClose).toBe(20_000);
  expect(noticeOf({ ...DEPLOY, state: 'done' }, 0, t, deeds).options.autoClose).toBe(
    6000
  );
});

test('a button does its deed; those of a job that runs leave it on screen', () => {
  const [show] = noticeOf(DEPLOY, 0, t, deeds).options.actions ?? [];
  const event = new MouseEvent('click', { cancelable: true });
  show?.callback(event);
  expect(deeds.show).toHaveBeenCalledWith('faces');
  expect(event.defaultPrevented).toBe(true);
});

interface Told {
  message: string;
  type: string;
  updates: number;
  autoClose: number | false | undefined;
  dismissed?: boolean;
}

let told: Told[];
let push: (jobs: Job[], at?: number) => void;
let notices: Notices;

/** A centre that keeps what it is told. */
function centre(): NoticeCentre {
  return {
    emit: (message, type = 'default', options) => {
      told.push({ message, type, updates: 0, autoClose: options?.autoClose });
      return String(told.length - 1);
    },
    dismiss: id => Object.assign(told[Number(id)] ?? {}, { dismissed: true }),
    update: ({ id, message, type }) => {
      const one = told[Number(id)];
      Object.assign(one ?? {}, { message, type, updates: (one?.updates ?? 0) + 1 });
      return true;
    },
    manager: { has: id => told[Number(id)]?.dismissed !== true }
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(0);
  told = [];
  let seq = 0;
  const store = new Store({
    subscribe: (onSnapshot: (snapshot: Snapshot) => void) => {
      push = (jobs, at = 0) => {
        const part = { seq: ++seq, at, full: true, rows: [], gone: [], jobs };
        onSnapshot(part as unknown as Snapshot);
      };
      return () => undefined;
    }
  } as unknown as Host);
  notices = new Notices(centre(), store, t, deeds);
});

afterEach(() => {
  notices.dispose();
  vi.useRealTimers();
});

test('one notification a job, changed in place, at most once a second', () => {
  push([DEPLOY]);
  push([{ ...DEPLOY, text: 'Deploying on' }]);
  push([{ ...DEPLOY, text: 'Deploying further' }]);
  expect(told).toMatchObject([{ type: 'in-progress', updates: 0 }]);
  vi.advanceTimersByTime(1000);
  expect(told[0]?.message).toContain('Deploying further');
  expect(told[0]?.updates).toBe(1);
  push([{ ...DEPLOY, state: 'done', ended_at: 1000, text: 'faces is in service' }]);
  vi.advanceTimersByTime(5000);
  expect(told).toMatchObject([
    { message: 'faces is in service', type: 'success', updates: 2 }
  ]);
});

test('what ended before the page was opened is no news', () => {
  push([{ ...DEPLOY, state: 'done', ended_at: 500 }], 1000);
  expect(told).toEqual([]);
});

test('a job that began and ended between two snapshots is told', () => {
  push([], 1000);
  vi.advanceTimersByTime(2000);
  push([{ ...DEPLOY, state: 'failed', ended_at: 1500 }], 2000);
  expect(told.map(({ type }) => type)).toEqual(['error']);
});

test('a deploy that failed is no toast where the list tells of it', () => {
  const panel = document.body.appendChild(document.createElement('div'));
  panel.className = 'smnb-panel';
  panel.appendChild(document.createElement('ul')).className = 'smnb-rows';
  let isVisible = true;
  Element.prototype.checkVisibility = () => isVisible;
  push([DEPLOY]);
  const failed: Job = { ...DEPLOY, state: 'failed', ended_at: 1000 };
  push([failed, { ...failed, id: 'two', deed: 'update' }]);
  vi.advanceTimersByTime(1000);
  isVisible = false;
  push([failed, { ...failed, id: 'three' }]);
  vi.advanceTimersByTime(1000);
  expect(told).toMatchObject([
    { type: 'in-progress', dismissed: true },
    { type: 'error', autoClose: 0 },
    { type: 'error', autoClose: 20_000 },
    { type: 'error', autoClose: 20_000 }
  ]);
});
