import * as React from 'react';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { COST, fakeHost, mount, onInstance, PLAN, ROW, type Answers } from '../fakes';
import { CommandError } from '../host';
import type { Cost } from '../shapes';
import { CostView } from './CostView';

afterEach(cleanup);

const answers = (cost: Partial<Cost> = {}): Answers => ({
  cost: ({ calls_per_month }) => ({
    ...COST,
    ...cost,
    calls_per_month: calls_per_month ?? COST.calls_per_month
  }),
  plan_update: () => PLAN,
  update: () => ({ job: 'job-1' })
});

async function shown(cost: Partial<Cost> = {}) {
  const host = fakeHost(answers(cost));
  const view = mount(host, <CostView row={ROW} />);
  await screen.findByText('Serverless memory');
  return { host, view };
}

const radio = (name: RegExp) => screen.getByRole<HTMLInputElement>('radio', { name });
const applyBar = () => screen.queryByRole('group', { name: 'Change' });

describe('the choices', () => {
  it('are one radio group with the deployed size chosen', async () => {
    await shown();
    const radios = screen.getAllByRole<HTMLInputElement>('radio');
    expect(radios).toHaveLength(6);
    expect(new Set(radios.map(input => input.name)).size).toBe(1);
    expect(radios.filter(input => input.checked)).toEqual([radio(/^4.GB, now/)]);
  });

  it('have names of their own in each mount', async () => {
    const { view: one } = await shown();
    const { view: two } = await shown();
    const nameOf = (view: typeof one) =>
      view.container.querySelector<HTMLInputElement>('input[type=radio]')?.name;
    expect(nameOf(one)).not.toBe(nameOf(two));
  });

  it('leave a size that does not fit alone, and say why', async () => {
    await shown();
    const unfit = radio(/^1.GB, does not fit, peak 1.38.GB$/);
    expect(unfit.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(unfit);
    expect(unfit.checked).toBe(false);
    expect(applyBar()).toBeNull();
    expect(screen.getByText('too small', { ignore: '.smnb-hidden' })).toBeTruthy();
  });

  it('say the reason of an instance that cannot be had', async () => {
    await shown();
    const impossible = radio(/async.*AWS does not move it to async/);
    fireEvent.click(impossible);
    expect(impossible.checked).toBe(false);
    expect(applyBar()).toBeNull();
  });

  it('print a bound as a bound and no price for what is unknown', async () => {
    await shown({ sizes: COST.sizes.map(size => ({ ...size, bound: 'unknown' })) });
    expect(radio(/^3.GB/).getAttribute('aria-label')).toContain('price unknown');
    cleanup();
    await shown();
    expect(radio(/^3.GB/).getAttribute('aria-label')).toMatch(/≤.\$3\.74 a month/);
    expect(radio(/^3.GB/).getAttribute('aria-label')).toContain('latency not measured');
  });

  it('claim no fit and draw no line without a measured peak', async () => {
    const { view } = await shown({ peak: null, best_mb: null, reason: '' });
    expect(view.container.querySelector('.smnb-rung-line')).toBeNull();
    expect(radio(/^2.GB/).getAttribute('aria-label')).not.toContain('fits');
    expect(screen.getByText(/No peak was measured yet/)).toBeTruthy();
  });

  it('come with the sentence of the SDK, as text', async () => {
    const { view } = await shown({ reason: '<img src=x onerror=alert(1)> is best' });
    expect(screen.getByText('<img src=x onerror=alert(1)> is best')).toBeTruthy();
    expect(view.container.querySelector('img')).toBeNull();
  });
});

describe('the apply bar', () => {
  it('is there only while the choice differs', async () => {
    await shown();
    expect(applyBar()).toBeNull();
    fireEvent.click(radio(/^2.GB/));
    const bar = await screen.findByRole('group', { name: 'Change' });
    expect(await within(bar).findByText('−32 %')).toBeTruthy();
    expect(bar.textContent).toContain('$3.65 → $2.50 a month');
    const undo = within(bar).getByText('Undo choice');
    undo.closest('button')?.focus();
    fireEvent.click(undo);
    expect(applyBar()).toBeNull();
    expect(document.activeElement).toBe(radio(/^4.GB/));
    expect(radio(/^4.GB/).checked).toBe(true);
  });

  it('asks with the plan before it updates', async () => {
    const { host } = await shown();
    fireEvent.click(radio(/^2.GB/));
    await screen.findByText('−32 %');
    fireEvent.click(screen.getByText('Apply…'));
    await waitFor(() => expect(host.asked.at(-1)?.[0]).toBe('update'));
    const question = host.confirm.mock.calls[0]?.[0];
    expect(question?.title).toBe('Change memory of street-objects?');
    expect(question?.deed).toBe('Change to 2 GB');
    expect(question?.destroys).toBeUndefined();
    expect(question?.rows).toContainEqual({
      label: 'At 1.2\u00a0M calls a month',
      before: '$3.65',
      value: '$2.50'
    });
    expect(question?.notes?.[0]).toContain('The last update took 1\u00a0min');
  });

  it('applies only once the question is answered', async () => {
    const host = fakeHost({
      ...answers(),
      update: () => new Promise<never>(() => undefined)
    });
    let agree: (agreed: boolean) => void = () => undefined;
    host.confirm.mockReturnValue(new Promise(resolve => (agree = resolve)));
    mount(host, <CostView row={ROW} />);
    fireEvent.click(await screen.findByRole('radio', { name: /^2.GB/ }));
    await screen.findByText('−32 %');
    fireEvent.click(screen.getByText('Apply…'));
    await waitFor(() => expect(host.confirm).toHaveBeenCalled());
    expect(screen.queryByText('Applying…')).toBeNull();
    expect(screen.getByText('Apply…').closest('button')?.disabled).toBe(true);
    agree(true);
    expect(await screen.findByText('Applying…')).toBeTruthy();
  });

  it('updates nothing when the answer is no', async () => {
    const { host } = await shown();
    host.confirm.mockResolvedValue(false);
    fireEvent.click(radio(/^2.GB/));
    await screen.findByText('−32 %');
    fireEvent.click(screen.getByText('Apply…'));
    await waitFor(() => expect(host.confirm).toHaveBeenCalled());
    await waitFor(() =>
      expect(screen.getByText('Apply…').closest('button')?.disabled).toBe(false)
    );
    expect(host.asked.map(([name]) => name)).not.toContain('update');
  });

  it('tells why an update was refused', async () => {
    const host = fakeHost({
      ...answers(),
      update: () => {
        throw new CommandError({
          code: 'invalid',
          title: 'Quota reached.',
          text: 'Ask AWS for more.',
          copy: null,
          retry_at: null
        });
      }
    });
    mount(host, <CostView row={ROW} />);
    fireEvent.click(await screen.findByRole('radio', { name: /^2.GB/ }));
    await screen.findByText('−32 %');
    fireEvent.click(screen.getByText('Apply…'));
    expect((await screen.findByRole('alert')).textContent).toContain('Quota reached.');
  });

  it('cannot be pressed while the endpoint changes', async () => {
    const host = fakeHost(answers());
    mount(host, <CostView row={{ ...ROW, status: 'Updating' }} />);
    fireEvent.click(await screen.findByRole('radio', { name: /^2.GB/ }));
    await screen.findByText('−32 %');
    expect(screen.getByText('Apply…').closest('button')?.disabled).toBe(true);
  });
});

describe('real-time', () => {
  it('is a press away, and asked first as one-way', async () => {
    const host = fakeHost({
      ...answers(),
      plan_update: () => ({ ...PLAN, one_way: true })
    });
    mount(host, <CostView row={ROW} />);
    fireEvent.click(await screen.findByText('Switch to real-time…'));
    await waitFor(() => expect(host.asked.at(-1)?.[0]).toBe('update'));
    expect(host.asked.at(-1)?.[1]).toMatchObject({ choice: onInstance('ml.c5.large') });
    const question = host.confirm.mock.calls[0]?.[0];
    expect(question?.title).toBe('Switch street-objects to real-time?');
    expect(question?.notes?.join(' ')).toContain('One way');
    expect(screen.getByText(/^One way/)).toBeTruthy();
  });

  it('has its own order, and no way back to serverless', async () => {
    const row = { ...ROW, kind: 'realtime' as const, compute: 'ml.m5.xlarge ×1' };
    const [first] = COST.alternatives;
    const host = fakeHost(
      answers({
        now: onInstance('ml.m5.xlarge'),
        now_usd_per_month: 167.9,
        sizes: [],
        reason: '',
        paid: [{ label: 'ml.m5.xlarge ×1', usd: 167.9, basis: '730 h' }],
        alternatives: first
          ? [
              first,
              {
                ...first,
                choice: COST.now ?? first.choice,
                possible: false,
                why_not: 'Deploy a second one.'
              }
            ]
          : []
      })
    );
    mount(host, <CostView row={row} />);
    await screen.findByText('What you pay for');
    expect(screen.getAllByRole('heading').map(heading => heading.textContent)).toEqual([
      'What you pay for',
      'Memory at peak',
      'Cheaper choices'
    ]);
    expect(screen.getByText('$167.90 a month')).toBeTruthy();
    expect(screen.queryByText('Switch to real-time…')).toBeNull();
    expect(screen.getByText('Deploy a second one.')).toBeTruthy();
  });
});

describe('the traffic', () => {
  it('goes by steps and decades with the keyboard', async () => {
    const { host } = await shown();
    const slider = screen.getByRole<HTMLInputElement>('slider');
    expect(slider.getAttribute('aria-valuetext')).toContain(
      '1,200,000 calls a month, 27'
    );
    fireEvent.change(slider, { target: { value: '63' } });
    expect(slider.getAttribute('aria-valuetext')).toContain('1,410,000');
    fireEvent.keyDown(slider, { key: 'PageDown' });
    expect(slider.getAttribute('aria-valuetext')).toContain('141,000');
    await waitFor(() =>
      expect(host.asked.at(-1)).toEqual([
        'cost',
        { name: 'street-objects', calls_per_month: 141_000, choice: null }
      ])
    );
  });

  it('takes a number as it is written, and keeps the old one over nonsense', async () => {
    await shown();
    const field = screen.getByRole<HTMLInputElement>('textbox', {
      name: 'Calls a month'
    });
    fireEvent.change(field, { target: { value: '2.5M' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(field.value).toBe('2,500,000');
    fireEvent.change(field, { target: { value: 'many' } });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    fireEvent.blur(field);
    expect(field.value).toBe('2,500,000');
  });

  it('goes back to what was measured', async () => {
    const { host } = await shown();
    fireEvent.change(screen.getByRole('slider'), { target: { value: '0' } });
    fireEvent.click(screen.getByText('use last 7 days'));
    await waitFor(() =>
      expect(host.asked.at(-1)?.[1]).toMatchObject({ calls_per_month: null })
    );
  });
});

describe('the break-even', () => {
  it('says its finding for who cannot see it, and as a table', async () => {
    await shown();
    const chart = screen.getByRole('img');
    expect(chart.getAttribute('aria-label')).toMatch(
      /Serverless 2.GB and ml\.c5\.large cost the same at 35\.8.M calls; you are at 1\.2.M calls, \$2\.50/
    );
    fireEvent.click(screen.getByText('Show as table'));
    expect(screen.queryByRole('img')).toBeNull();
    expect(screen.getByRole('row', { name: /Same cost at 35,800,000/ })).toBeTruthy();
  });

  it('is a sentence alone where the price of a call is unknown', async () => {
    const { break_even } = COST;
    await shown({
      break_even: break_even && {
        ...break_even,
        serverless_usd_per_call: null,
        calls: null
      }
    });
    expect(screen.queryByRole('img')).toBeNull();
    expect(screen.queryByText('Show as table')).toBeNull();
    expect(screen.getByText(/a price or a measured time is missing/)).toBeTruthy();
  });
});
