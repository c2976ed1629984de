import * as React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { COST, fakeHost, mount } from '../fakes';
import { CommandError } from '../host';
import type { Job, MeasurePlan } from '../shapes';
import { Measure } from './Measure';

afterEach(cleanup);

const JOB: Job = {
  id: 'job-1',
  deed: 'measure',
  endpoint: 'faces',
  state: 'running',
  phase: null,
  started_at: 0,
  ended_at: null,
  text: 'Measuring faces: call 7 of 20',
  fix: '',
  model_path: null,
  can_stop: true
};

function shown(plan: () => MeasurePlan, job?: Job, agrees = true) {
  const measure = vi.fn(() => ({ job: 'job-1' }));
  const stop = vi.fn(() => ({}));
  const host = fakeHost({ plan_measure: plan, measure, stop });
  host.confirm = vi.fn(() => Promise.resolve(agrees));
  mount(host, <Measure name="faces" cost={COST} job={job} />);
  return { host, measure, stop };
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const FREE = { text: [], bills: false };
const BILLED = { text: ['Cost: about $0.0088'], bills: true };

it('measures at once where that is free', async () => {
  const { host, measure } = shown(() => FREE);
  press('Measure here (local, free)');
  await waitFor(() => expect(measure).toHaveBeenCalledWith({ name: 'faces' }));
  expect(host.confirm).not.toHaveBeenCalled();
});

it.each([true, false])(
  'asks with the price where it bills; agreed: %s',
  async agrees => {
    const { host, measure } = shown(() => BILLED, undefined, agrees);
    press('Measure here (local, free)');
    await waitFor(() =>
      expect(host.confirm).toHaveBeenCalledWith({
        title: 'Measure faces?',
        text: BILLED.text,
        deed: 'Measure'
      })
    );
    await screen.findByRole('button', { name: COST.measure });
    expect(measure).toHaveBeenCalledTimes(agrees ? 1 : 0);
  }
);

it('says why it cannot', async () => {
  shown(() => {
    throw new CommandError({
      code: 'invalid',
      title: 'Not possible',
      text: 'Nothing was sent yet.',
      copy: null,
      retry_at: null
    });
  });
  press('Measure here (local, free)');
  expect(await screen.findByText(/Nothing was sent yet/)).toBeTruthy();
});

it('tells how far it is, and stops', async () => {
  const { stop } = shown(() => FREE, JOB);
  expect(screen.getByRole('status').textContent).toContain('call 7 of 20');
  expect(screen.queryByText(COST.measure)).toBeNull();
  press('Stop');
  await waitFor(() => expect(stop).toHaveBeenCalledWith({ job: 'job-1' }));
});

it('tells what was found, and can be done again', () => {
  shown(() => FREE, { ...JOB, state: 'done', text: 'faces is measured.' });
  expect(screen.getByText(/faces is measured/)).toBeTruthy();
  expect(screen.getByRole('button', { name: COST.measure })).toBeTruthy();
});
