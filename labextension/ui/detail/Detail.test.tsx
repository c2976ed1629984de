import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { App, type View } from '../App';
import { COST, fakeHost, type Answers, type FakeHost } from '../fakes';
import { row, snapshot } from '../list/scene';
import type { Facts, Log, LogLine, Metrics } from '../shapes';

beforeEach(() => {
  Element.prototype.checkVisibility = () => true;
  Element.prototype.scrollIntoView = vi.fn();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const FACTS: Facts = {
  facts: [
    { label: 'Model', value: 'models/street/ · 231 MB', copies: false },
    {
      label: 'ARN',
      value: 'arn:aws:sagemaker:us-east-1:1:endpoint/alpha',
      copies: true
    }
  ],
  ttl_ends_at: null,
  can_extend: true,
  takes: { accepts: null, request_bytes: 1, timeout_s: 60, larger: '' },
  code: 'ep = smnb.Endpoint("alpha")',
  explanation: []
};
const PLAN = {
  names: ['alpha'],
  items: [{ what: 'Endpoint and config', name: 'alpha' }],
  keeps: ['models/street/'],
  account_last4: '4821',
  region: 'us-east-1',
  usd_per_hour: null
};
const METRICS: Metrics = {
  charts: [
    {
      key: 'latency',
      unit: 'ms',
      series: [
        { label: 'p50 38 ms', values: [30, null, 38] },
        { label: 'p99 71 ms', values: [60, 65, 71] }
      ],
      top: 90,
      limit: null,
      says: 'p50 38 ms, p99 71 ms'
    },
    {
      key: 'errors',
      unit: 'count',
      series: [{ label: 'errors', values: [0, 0, 0] }],
      top: 1,
      limit: null,
      says: 'none in this hour'
    }
  ],
  start: 0,
  end: 3_600_000,
  period_s: 60,
  read_at: 0,
  free: false
};

/** Shows the endpoint alpha. */
function open(
  tab: NonNullable<Extract<View, { view: 'endpoint' }>['tab']>,
  answers: Answers
): FakeHost {
  const host = fakeHost(
    { cost: () => COST, ...answers },
    snapshot({ rows: [row('alpha'), row('beta')] })
  );
  render(<App host={host} start={{ view: 'endpoint', name: 'alpha', tab }} />);
  return host;
}

/** Lets answers arrive. */
async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 5));
  });
}

describe('the tabs', () => {
  it('move by arrow keys, and name their panel', async () => {
    open('settings', {
      facts: () => FACTS,
      plan_delete: () => PLAN,
      metrics: () => METRICS
    });
    await settle();
    const tabs = screen.getAllByRole('tab');
    expect(tabs.map(tab => tab.tabIndex)).toEqual([-1, -1, -1, -1, 0]);
    fireEvent.keyDown(tabs[4] as Element, { key: 'ArrowRight' });
    await settle();
    expect(document.activeElement?.textContent).toBe('Cost');
    expect(screen.getByRole('tabpanel').getAttribute('aria-labelledby')).toBe(
      screen.getByRole('tab', { name: 'Cost' }).id
    );
  });

  it('give way to the list by Esc, not by an Esc that clears what was typed', async () => {
    open('logs', { logs: () => ({ lines: [], next: 1 }) });
    await settle();
    const field = screen.getByRole('textbox', { name: 'Find in log' });
    fireEvent.change(field, { target: { value: 'cv2' } });
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field).toHaveProperty('value', '');
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.queryByRole('tablist')).toBeNull();
    expect(screen.getByTitle('beta')).toBeTruthy();
  });
});

it('takes the focus when the user comes, not when it is there at first', async () => {
  open('settings', { facts: () => FACTS, plan_delete: () => PLAN });
  await settle();
  expect(document.activeElement).toBe(document.body);
  fireEvent.click(screen.getByRole('button', { name: 'Back to all endpoints' }));
  fireEvent.click(screen.getByTitle('beta'));
  await settle();
  expect(screen.getByRole('heading', { name: 'beta' })).toBeTruthy();
  expect(document.activeElement?.getAttribute('aria-label')).toBe(
    'Back to all endpoints'
  );
});

it('says that an endpoint is gone', () => {
  const host = fakeHost({}, snapshot({ rows: [] }));
  render(<App host={host} start={{ view: 'endpoint', name: 'alpha' }} />);
  expect(screen.getByText('alpha is gone.')).toBeTruthy();
});

describe('settings', () => {
  it('show what it is, copy what is long, and what a delete would take', async () => {
    const host = open('settings', { facts: () => FACTS, plan_delete: () => PLAN });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Copy ARN' }));
    expect(host.copy).toHaveBeenCalledWith(FACTS.facts[1]?.value);
    expect(screen.getByText('Endpoint and config')).toBeTruthy();
    expect(screen.getByText('Stays: models/street/.')).toBeTruthy();
  });

  it('change how long it stays', async () => {
    const host = open('settings', {
      facts: () => FACTS,
      plan_delete: () => PLAN,
      extend: () => ({})
    });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Change TTL…' }));
    fireEvent.click(screen.getByRole('radio', { name: 'no end' }));
    fireEvent.click(screen.getByRole('button', { name: 'Change TTL' }));
    await settle();
    expect(host.asked.filter(([name]) => name === 'extend')).toEqual([
      ['extend', { name: 'alpha', ttl: null }]
    ]);
  });
});

describe('metrics', () => {
  it('say what each chart shows, and draw no errors where there are none', async () => {
    open('metrics', { metrics: () => METRICS });
    await settle();
    const charts = within(screen.getByRole('tabpanel')).getAllByRole('img');
    expect(charts.map(chart => chart.getAttribute('aria-label'))).toEqual([
      'Latency: p50 38 ms, p99 71 ms'
    ]);
    expect(screen.getByText('none in this hour')).toBeTruthy();
  });

  it('are a table on request, with no sample told as none', async () => {
    open('metrics', { metrics: () => METRICS });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'More actions' }));
    fireEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }));
    const table = screen.getByRole('table', { name: /Latency/ });
    const cells = within(table).getAllByRole('cell');
    expect(cells.slice(0, 4).map(cell => cell.textContent)).toEqual([
      '30\u00a0ms',
      '60\u00a0ms',
      'none',
      '65\u00a0ms'
    ]);
  });

  it('are asked for once a minute', async () => {
    vi.useFakeTimers();
    const host = open('metrics', { metrics: () => METRICS });
    const asked = (): number =>
      host.asked.filter(([name]) => name === 'metrics').length;
    await act(() => vi.advanceTimersByTimeAsync(1000));
    expect(asked()).toBe(1);
    await act(() => vi.advanceTimersByTimeAsync(58_000));
    expect(asked()).toBe(1);
    // Each minute is a render of its own.
    for (let second = 0; second < 120; second++) {
      await act(() => vi.advanceTimersByTimeAsync(1000));
    }
    expect(asked()).toBe(3);
  });
});

describe('the log', () => {
  const line = (
    t: number,
    text: string,
    level: LogLine['level'] = 'info'
  ): LogLine => ({
    t,
    text,
    level,
    stream: 's'
  });

  it('goes on after its last line while it is followed', async () => {
    vi.useFakeTimers();
    const answers: Log[] = [
      { lines: [line(1, 'one')], next: 5 },
      { lines: [line(6, 'two')], next: 9 }
    ];
    const host = open('logs', {
      logs: () => answers.shift() ?? { lines: [], next: 9 }
    });
    await act(() => vi.advanceTimersByTimeAsync(2100));
    expect(
      host.asked.filter(([name]) => name === 'logs').map(([, args]) => args)
    ).toEqual([
      { name: 'alpha', after: null },
      { name: 'alpha', after: 5 }
    ]);
    expect(screen.getByRole('log').textContent).toMatch(/one.*two/);
    fireEvent.click(screen.getByRole('button', { name: 'Pause following' }));
    const asked = host.asked.length;
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(host.asked).toHaveLength(asked);
  });

  it('marks and counts what is found, and copies all as text', async () => {
    const lines = [
      line(1, 'import cv2', 'error'),
      line(1, '<b>cv2.error</b>', 'error')
    ];
    const host = open('logs', { logs: () => ({ lines, next: 2 }) });
    await settle();
    fireEvent.change(screen.getByRole('textbox', { name: 'Find in log' }), {
      target: { value: 'CV2' }
    });
    const log = screen.getByRole('log');
    expect([...log.querySelectorAll('mark')].map(mark => mark.textContent)).toEqual([
      'cv2',
      'cv2'
    ]);
    expect(log.querySelector('b')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(host.copy).toHaveBeenCalledWith('import cv2\n<b>cv2.error</b>');
  });

  it('tells why it cannot be read, and tries again', async () => {
    vi.useFakeTimers();
    let tries = 0;
    open('logs', {
      logs: () => {
        tries += 1;
        if (tries === 1) {
          throw new Error('AccessDenied');
        }
        return { lines: [line(1, 'there')], next: 2 };
      }
    });
    await act(() => vi.advanceTimersByTimeAsync(10));
    expect(screen.getByText(/AccessDenied/)).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(2100));
    expect(screen.queryByText(/AccessDenied/)).toBeNull();
    expect(screen.getByRole('log').textContent).toContain('there');
  });
});
