import * as React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  fakeHost,
  FORM,
  mount,
  onInstance,
  onServerless,
  snapshotOf,
  type Answers,
  type FakeHost
} from '../fakes';
import { CommandError } from '../host';
import type { DeployForm } from '../shapes';
import { DeployView } from './DeployView';

afterEach(cleanup);

const answers = (form: Partial<DeployForm> = {}): Answers => ({
  form: args => ({
    ...FORM,
    ...form,
    name: args.name ?? FORM.name,
    choice: args.choice ?? FORM.choice,
    usd_per_hour: args.choice?.kind === 'realtime' ? 0.102 : 0
  }),
  deploy: () => ({ job: 'job-1' })
});

async function shown(
  form: Partial<DeployForm> = {},
  kind: 'aws' | 'local' = 'aws',
  more: Partial<FakeHost> = {}
) {
  const host: FakeHost = { ...fakeHost(answers(form), snapshotOf(kind)), ...more };
  const onBack = vi.fn();
  const view = mount(host, <DeployView path="models/street" onBack={onBack} />);
  await screen.findByText('How it runs');
  return { host, onBack, view };
}

const asked = (host: FakeHost, name: string) =>
  host.asked.filter(([command]) => command === name).map(([, args]) => args);
const button = (name: string) => screen.getByText(name).closest('button');

describe('the form', () => {
  it('asks for nothing before there is a model', () => {
    const host = fakeHost(answers(), snapshotOf('aws'));
    mount(host, <DeployView onBack={() => undefined} />);
    expect(host.asked).toEqual([]);
    expect(screen.queryByText('Deploy to AWS')).toBeNull();
  });

  it('says where it goes', async () => {
    await shown();
    expect(screen.getByText('work · us-east-1')).toBeTruthy();
    cleanup();
    await shown({}, 'local');
    expect(screen.getByText('Deploy locally')).toBeTruthy();
  });

  it('takes a path that is typed, and one that is browsed for', async () => {
    const { host } = await shown({}, 'aws', {
      browse: () => Promise.resolve('models/other')
    });
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Model' });
    fireEvent.change(field, { target: { value: 's3://bucket/model.tar.gz' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() =>
      expect(asked(host, 'form').at(-1)).toMatchObject({
        path: 's3://bucket/model.tar.gz'
      })
    );
    fireEvent.click(screen.getByText('Browse…'));
    await waitFor(() => expect(field.value).toBe('models/other'));
  });

  it('names each check that failed with its fix, and deploys nothing', async () => {
    const { host } = await shown({
      ready: false,
      checks: [
        ...FORM.checks,
        { ok: false, text: 'No module named cv2.', fix: 'Add opencv-python.' }
      ]
    });
    expect(screen.getByText('1 of 2 checks passed', { exact: false })).toBeTruthy();
    expect(screen.getByText('No module named cv2.')).toBeTruthy();
    expect(screen.getByText('Add opencv-python.', { exact: false })).toBeTruthy();
    expect(button('Deploy to AWS')?.disabled).toBe(true);
    fireEvent.click(screen.getByText('Deploy to AWS'));
    expect(asked(host, 'deploy')).toEqual([]);
  });

  it('ends where there is no model at all', async () => {
    const checks = [
      { ok: false, text: 'There is no such folder.', fix: 'Give another.' }
    ];
    const host = fakeHost(answers({ checks, ready: false }), snapshotOf('aws'));
    mount(host, <DeployView path="models/none" onBack={() => undefined} />);
    expect(await screen.findByText('There is no such folder.')).toBeTruthy();
    expect(screen.queryByText('How it runs')).toBeNull();
    expect(screen.queryByText('Deploy to AWS')).toBeNull();
  });

  it('says why a name cannot be taken, beside the name', async () => {
    await shown({ name_error: 'An endpoint of this name exists.', ready: false });
    const field = screen.getByRole('textbox', { name: 'Name' });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const error = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect(error?.textContent).toBe('An endpoint of this name exists.');
  });
});

describe('how it runs', () => {
  it('has the best first and chosen, with its reason', async () => {
    await shown();
    const cards = screen.getAllByRole<HTMLInputElement>('radio', {
      name: /month|unknown/
    });
    expect(cards[0]?.getAttribute('aria-label')).toMatch(/^Serverless, best, \$2\.50/);
    expect(cards[0]?.checked).toBe(true);
    expect(screen.queryByText('Batch')).toBeNull();
  });

  it('shows what does not suit on request, not to be chosen', async () => {
    await shown();
    fireEvent.click(screen.getByText('Show 1 other'));
    const batch = screen.getByRole<HTMLInputElement>('radio', { name: /^Batch/ });
    fireEvent.click(batch);
    expect(batch.checked).toBe(false);
    expect(screen.getByText('Somebody waits for the answer.')).toBeTruthy();
  });

  it('changes from sizes to instances at once', async () => {
    await shown();
    expect(screen.getByText('Memory')).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: /^Real-time/ }));
    expect(screen.queryByText('Memory')).toBeNull();
    expect(screen.getByText('Instance')).toBeTruthy();
    expect(
      screen.getByRole<HTMLInputElement>('radio', { name: /^ml\.c5\.large,/ }).checked
    ).toBe(true);
  });

  it('prices the size that was chosen', async () => {
    const { host } = await shown({ usd_per_month: 3.65 });
    expect(
      screen.getByRole('radio', { name: /^Serverless, best, \$3\.65/ })
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: /^4.GB/ }));
    await waitFor(() =>
      expect(asked(host, 'form').at(-1)).toMatchObject({ choice: onServerless(4) })
    );
  });
});

describe('Deploy', () => {
  it('sends what was filled in, and goes back', async () => {
    const { host, onBack } = await shown();
    fireEvent.change(screen.getByRole('textbox', { name: 'Name' }), {
      target: { value: 'mine' }
    });
    fireEvent.click(screen.getByRole('checkbox', { name: /^Async twin/ }));
    fireEvent.change(screen.getByRole('combobox'), { target: { value: '8h' } });
    await waitFor(() => expect(button('Deploy to AWS')?.disabled).toBe(false));
    fireEvent.click(screen.getByText('Deploy to AWS'));
    await waitFor(() => expect(onBack).toHaveBeenCalled());
    expect(asked(host, 'deploy')).toEqual([
      {
        path: 'models/street',
        name: 'mine',
        choice: onServerless(2),
        twin: true,
        ttl: '8h'
      }
    ]);
    // Serverless costs nothing while it is idle: no question.
    expect(host.confirm).not.toHaveBeenCalled();
  });

  it('lets it stay where that is wished', async () => {
    const { host } = await shown();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Delete by itself after' }));
    await waitFor(() =>
      expect(asked(host, 'form').at(-1)).toMatchObject({ ttl: null })
    );
  });

  it('asks first where it costs by the hour, with the price', async () => {
    const { host, onBack } = await shown();
    host.confirm.mockResolvedValue(false);
    fireEvent.click(screen.getByRole('radio', { name: /^Real-time/ }));
    await screen.findByText('$0.102/h');
    fireEvent.click(screen.getByText('Deploy to AWS'));
    await waitFor(() => expect(host.confirm).toHaveBeenCalled());
    const question = host.confirm.mock.calls[0]?.[0];
    expect(question?.rows?.map(row => row.value)).toContain('$0.102/h');
    expect(question?.deed).toBe('Deploy to AWS');
    expect(asked(host, 'deploy')).toEqual([]);
    expect(onBack).not.toHaveBeenCalled();
  });

  it('asks nothing on the local backend, which is free', async () => {
    const { host } = await shown({}, 'local');
    fireEvent.click(screen.getByRole('radio', { name: /^Real-time/ }));
    await screen.findByText('$0.102/h');
    fireEvent.click(screen.getByText('Deploy locally'));
    await waitFor(() =>
      expect(asked(host, 'deploy')[0]).toMatchObject({
        choice: onInstance('ml.c5.large')
      })
    );
    expect(host.confirm).not.toHaveBeenCalled();
  });

  it('stays where it is when it is refused, and says why', async () => {
    const refuse = (): never => {
      throw new CommandError({
        code: 'forbidden',
        title: 'Not allowed.',
        text: 'sagemaker:CreateEndpoint is missing.',
        copy: null,
        retry_at: null
      });
    };
    const host = fakeHost({ ...answers(), deploy: refuse }, snapshotOf('aws'));
    const onBack = vi.fn();
    mount(host, <DeployView path="models/street" onBack={onBack} />);
    fireEvent.click(await screen.findByText('Deploy to AWS'));
    expect((await screen.findByRole('alert')).textContent).toContain('CreateEndpoint');
    expect(onBack).not.toHaveBeenCalled();
  });

  it('gives the code that does the same', async () => {
    const { host } = await shown();
    fireEvent.click(screen.getByText('As code'));
    expect(host.copy).toHaveBeenCalledWith(FORM.code);
  });
});
