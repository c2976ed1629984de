import * as React from 'react';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { mount } from '../fakes';
import { EndpointList } from './EndpointList';
import { AWS, LOCAL, names, opener, row, show, snapshot } from './scene';

beforeEach(() => {
  // jsdom lays nothing out.
  Element.prototype.checkVisibility = () => true;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  localStorage.clear();
});

const ROWS = [
  row('alpha', { attention: 1 }),
  row('beta', { attention: 2 }),
  row('bravo', { attention: 3 })
];
const press = (name: string, key: string, more: object = {}): void => {
  fireEvent.keyDown(opener(name), { key, ...more });
};
/** Lets time go by. */
const later = (ms: number): void => {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
};
const focused = (): string | null =>
  document.activeElement?.getAttribute('title') ?? null;

describe('deleting', () => {
  const plan = {
    names: ['alpha'],
    items: [{ what: 'Model', name: 'alpha-3f2a' }],
    keeps: ['models/street/'],
    account_last4: '4821',
    region: 'us-east-1',
    usd_per_hour: 0.115
  };

  it('shows its plan first, and does nothing if the user says no', async () => {
    const { host } = show({ rows: ROWS }, { plan_delete: () => plan });
    host.confirm.mockResolvedValue(false);
    press('alpha', 'Delete');
    await vi.waitFor(() => expect(host.confirm).toHaveBeenCalled());
    expect(host.confirm.mock.calls[0]?.[0]).toEqual({
      title: 'Delete alpha?',
      text: ['In AWS account …4821, us-east-1, for good:'],
      rows: [{ label: 'Model', value: 'alpha-3f2a' }],
      notes: ['Stays: models/street/', 'That ends $0.115/h.'],
      deed: 'Delete',
      destroys: true
    });
    await act(async () => Promise.resolve());
    expect(host.asked.map(([name]) => name)).toEqual(['plan_delete']);
  });

  it('of all that is idle wants the name of the target typed', async () => {
    const idle = { since: 0, usd: 1 };
    const { host } = show(
      { rows: [...ROWS, row('quiet', { idle })] },
      { plan_delete: () => plan, delete: () => ({ job: '1' }) }
    );
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    fireEvent.click(screen.getByRole('menuitem', { name: 'Delete all idle…' }));
    await vi.waitFor(() => expect(host.asked).toHaveLength(2));
    expect(host.confirm.mock.calls[0]?.[0].typed).toBe('work');
    expect(host.asked).toEqual([
      ['plan_delete', { names: ['quiet'] }],
      ['delete', { names: ['quiet'] }]
    ]);
  });

  it('that fails is told, and can be put away', async () => {
    show(
      { rows: ROWS },
      {
        plan_delete: () => {
          throw new Error('It is gone already.');
        }
      }
    );
    press('alpha', 'Delete');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It is gone already.');
    fireEvent.click(within(alert).getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('keeping', () => {
  const idle = row('quiet', {
    idle: { since: Date.now() - 192 * 60_000, usd: 0.37 },
    ttl_ends_at: Date.now() + 48.5 * 60_000,
    usd_per_hour: 0.115,
    usd_per_1k: null
  });

  it('does not ask on the local backend', async () => {
    const { host } = show({ target: LOCAL, rows: [idle] }, { extend: () => ({}) });
    fireEvent.click(screen.getByRole('button', { name: /Keep 2.h/ }));
    await vi.waitFor(() => expect(host.asked).toHaveLength(1));
    expect(host.asked).toEqual([['extend', { name: 'quiet', ttl: '2h' }]]);
    expect(host.confirm).not.toHaveBeenCalled();
  });

  it('asks on AWS, with what it costs', async () => {
    const { host } = show({ target: AWS, rows: [idle] }, { extend: () => ({}) });
    fireEvent.click(screen.getByRole('button', { name: /Keep 2.h/ }));
    await vi.waitFor(() => expect(host.asked).toHaveLength(1));
    expect(host.confirm.mock.calls[0]?.[0].rows?.[1]).toEqual({
      label: 'Costs',
      value: '$0.115/h'
    });
  });
});

describe('rows under the pointer', () => {
  const urgent = row('bravo', { attention: 0, status: 'Failed' });

  it('stay where they are; two seconds after it left they are sorted', () => {
    vi.useFakeTimers();
    const { push } = show({ rows: ROWS });
    const list = document.querySelector('.smnb-scroll') as Element;
    fireEvent.pointerEnter(list);
    push({ rows: [urgent] });
    later(60_000);
    expect(names()).toEqual(['alpha', 'beta', 'bravo']);
    fireEvent.pointerLeave(list);
    later(1999);
    expect(names()).toEqual(['alpha', 'beta', 'bravo']);
    later(1);
    expect(names()).toEqual(['bravo', 'alpha', 'beta']);
  });

  it('stay where they are while the focus is among them', () => {
    const { push } = show({ rows: ROWS });
    act(() => opener('alpha').focus());
    push({ rows: [urgent] });
    expect(names()).toEqual(['alpha', 'beta', 'bravo']);
    expect(focused()).toBe('alpha');
  });

  it('are sorted at once where nobody points', () => {
    const { push } = show({ rows: ROWS });
    push({ rows: [urgent] });
    expect(names()).toEqual(['bravo', 'alpha', 'beta']);
  });
});

it('changes only the text that changed', () => {
  const { push } = show({ rows: ROWS });
  const before = opener('alpha');
  const quiet = opener('beta').closest('li');
  const copy = quiet?.cloneNode(true) ?? null;
  push({ rows: [row('alpha', { attention: 1, rate_per_min: 99 })] });
  expect(opener('alpha')).toBe(before);
  expect(before.closest('li')?.textContent).toContain('99/min');
  expect(quiet?.isEqualNode(copy)).toBe(true);
});

it('never takes a name, a cause or a reason as HTML', () => {
  const evil = '<img src=x onerror=alert(1)>';
  show({
    rows: [
      row(evil, {
        status: 'Failed',
        compute: evil,
        failure: { cause: evil, fix: evil, reason: evil }
      })
    ]
  });
  expect(document.querySelector('img')).toBeNull();
  expect(names()).toEqual([evil]);
});

it('says a row in words', () => {
  const failure = { cause: 'no module named cv2', fix: '', reason: '' };
  show({
    rows: [row('churn', { status: 'Failed', compute: 'serverless 1 GB', failure })]
  });
  expect(opener('churn').getAttribute('aria-label')).toBe(
    'churn, Failed, serverless 1 GB, no module named cv2'
  );
});

it('filters by words and by status', () => {
  show({ rows: [...ROWS, row('broken', { status: 'Failed' })] });
  fireEvent.change(screen.getByRole('textbox', { name: 'Filter' }), {
    target: { value: 'br' }
  });
  expect(names().sort()).toEqual(['bravo', 'broken']);
  fireEvent.click(screen.getByRole('button', { name: '1 failed', pressed: false }));
  expect(names()).toEqual(['broken']);
  fireEvent.change(screen.getByRole('textbox', { name: 'Filter' }), {
    target: { value: 'nothing like it' }
  });
  fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
  expect(names()).toHaveLength(4);
});

it('gives the focus back to the row that was opened', () => {
  const { hide } = show({ rows: ROWS });
  fireEvent.click(opener('beta').closest('li') as Element);
  hide(true);
  act(() => (document.activeElement as HTMLElement).blur());
  hide(false);
  expect(focused()).toBe('beta');
});

describe('what cannot be had', () => {
  it('is told in place of an empty list, with what to copy', () => {
    const problem = {
      code: 'signed-out' as const,
      title: 'AWS sign-in has expired',
      text: 'The session of profile “work” ended.',
      copy: 'aws sso login --profile work',
      retry_at: null
    };
    const { host } = show({ rows: [], problem }, { set_target: () => ({}) });
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(host.copy).toHaveBeenCalledWith('aws sso login --profile work');
    fireEvent.click(screen.getByRole('button', { name: 'Use local' }));
    expect(host.asked).toEqual([['set_target', { target: 'local' }]]);
  });

  it('keeps the rows it had, in grey and without deeds', () => {
    const idle = row('quiet', { idle: { since: 0, usd: 1 } });
    const { setLink, host } = show({ rows: [idle] });
    setLink({ state: 'lost', since: Date.now() - 130_000 });
    expect(screen.getByText('No answer from Jupyter server')).toBeTruthy();
    expect(document.querySelector('.smnb-stale')).not.toBeNull();
    expect(screen.getByRole('button', { name: 'Delete…' })).toHaveProperty(
      'disabled',
      true
    );
    press('quiet', 'Delete');
    expect(host.asked).toEqual([]);
    setLink({ state: 'live' });
    expect(document.querySelector('.smnb-stale')).toBeNull();
  });

  it('turns grey after three polls that brought nothing', () => {
    vi.useFakeTimers();
    const now = Date.now();
    const problem = {
      code: 'throttled' as const,
      title: 'AWS is throttling',
      text: 'Rate exceeded',
      copy: null,
      retry_at: now + 60_000
    };
    show({ rows: ROWS, problem, stale_since: now, at: now });
    expect(document.querySelector('.smnb-stale')).toBeNull();
    expect(document.querySelector('.smnb-banner')?.textContent).toMatch(
      /^AWS is throttling\. +Shown: [^ ]+ Next try in/
    );
    later(91_000);
    expect(document.querySelector('.smnb-stale')).not.toBeNull();
  });
});

it('offers the demo at first on the local backend alone', () => {
  show({ target: LOCAL, rows: [] });
  expect(screen.getByRole('button', { name: 'Try the demo' })).toBeTruthy();
  cleanup();
  show({ target: AWS, rows: [] });
  expect(screen.queryByRole('button', { name: 'Try the demo' })).toBeNull();
});

it('shows a deploy that has no endpoint yet', () => {
  const job = {
    id: '1',
    deed: 'deploy' as const,
    endpoint: 'new-one',
    state: 'running' as const,
    phase: { index: 1, of: 4, label: 'Uploading model', since: 0, last_took_s: null },
    started_at: 0,
    ended_at: null,
    text: '',
    fix: '',
    model_path: null,
    can_stop: false
  };
  const { push } = show({ rows: [], jobs: [job] });
  expect(screen.getByText('new-one')).toBeTruthy();
  expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe(
    'Uploading model, 1 of 4'
  );
  push({ rows: [row('new-one', { status: 'Creating' })], jobs: [job] });
  expect(screen.getAllByText('new-one')).toHaveLength(1);
  const failed = { ...job, id: '2', endpoint: 'other', state: 'failed' as const };
  push({ jobs: [failed, job] });
  expect(screen.getByText('other')).toBeTruthy();
  push({ jobs: [failed, job, { ...failed, id: '3', deed: 'delete', state: 'done' }] });
  expect(screen.queryByText('other')).toBeNull();
  push({ jobs: [failed] });
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText('other')).toBeNull();
  // Nor does it come back when the page is loaded anew; a later one is news.
  cleanup();
  const reloaded = show({ rows: ROWS, jobs: [failed] });
  expect(screen.queryByText('other')).toBeNull();
  reloaded.push({ jobs: [failed, { ...failed, id: '4' }] });
  expect(screen.getByText('other')).toBeTruthy();
});

it('keeps the line on where the money goes while nothing costs', () => {
  const burn = snapshot().burn;
  const { push } = show({
    rows: ROWS,
    burn: { ...burn, usd_per_hour: 0, usd_per_month: 0, shares: [] }
  });
  expect(screen.getByText('$0/h')).toBeTruthy();
  expect(screen.getByText('Nothing costs now')).toBeTruthy();
  push({ burn });
  expect(screen.queryByText('Nothing costs now')).toBeNull();
  expect(screen.getByText('image-seg')).toBeTruthy();
});

describe('an update', () => {
  const change = { before: '1 GB', after: '2 GB', usd_per_hour_after: 0 };
  const updating = { status: 'Updating' as const, status_since: Date.now(), change };

  it('draws the step that AWS tells', () => {
    const phase = {
      index: 2,
      of: 4,
      label: 'Moving calls to the new version',
      since: Date.now(),
      last_took_s: null
    };
    show({ rows: [row('alpha', { ...updating, phase })] });
    expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe(
      'Moving calls to the new version, 2 of 4'
    );
    expect(screen.getByText('1 GB → 2 GB')).toBeTruthy();
  });

  it('draws none where AWS does not tell', () => {
    show({ rows: [row('alpha', updating)] });
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByText('1 GB → 2 GB')).toBeTruthy();
    expect(screen.getByText(/^Old fleet serves/)).toBeTruthy();
  });
});

it('offers other targets only where there are some', () => {
  const { host } = show({ rows: [row('alpha')] });
  expect(screen.getByTitle(/^AWS, profile work/).tagName).toBe('BUTTON');
  cleanup();
  delete host.targets;
  mount(host, <EndpointList hidden={false} onOpen={vi.fn()} onDeploy={null} />);
  expect(screen.getByTitle(/^AWS, profile work/).tagName).toBe('SPAN');
});

it('switches the target only after asking while a job runs', async () => {
  const job = {
    ...snapshot().jobs[0],
    state: 'running',
    endpoint: 'alpha',
    deed: 'update'
  };
  const { host } = show(
    { rows: ROWS, jobs: [job as never] },
    { set_target: () => ({}) }
  );
  host.confirm.mockResolvedValue(false);
  fireEvent.click(screen.getByTitle(/account ending 4821/));
  fireEvent.click(screen.getByRole('menuitemradio', { name: 'local as us-east-1' }));
  await vi.waitFor(() => expect(host.confirm).toHaveBeenCalledTimes(1));
  expect(host.asked).toEqual([]);
});
