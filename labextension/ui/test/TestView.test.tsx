import * as React from 'react';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { fakeHost, mount, ROUTE, ROW } from '../fakes';
import { CommandError } from '../host';
import type { RoutePlan } from '../shapes';
import { answers, asked, choose, hostWith } from './fakes';
import { takeLabDrops } from './labDrop';
import { TestView } from './TestView';
import { variableSource } from './VariableSource';

afterEach(cleanup);

describe('what is sent', () => {
  it('shows what the endpoint takes before anything is chosen', async () => {
    mount(hostWith(), <TestView row={ROW} />);
    await screen.findByText('What this endpoint takes');
    expect(screen.getByText('image/jpeg')).toBeTruthy();
    expect(screen.queryByText('Send')).toBeNull();
  });

  it('is a file, with its size and route before it is sent', async () => {
    const host = hostWith();
    await choose(host);
    expect(screen.getByText('crossing.jpg')).toBeTruthy();
    expect(screen.getByText('1.8 MB · JPEG 200 × 100')).toBeTruthy();
    expect(screen.getByText('1.8 MB fits one serverless request.')).toBeTruthy();
    expect(
      screen.getByRole('img', { name: '1.8\u00a0MB of 4\u00a0MB serverless' })
    ).toBeTruthy();
    expect(screen.getByText('under $0.0001')).toBeTruthy();
    expect(asked(host, 'test')).toEqual([]);
  });

  it('can be dropped', async () => {
    const view = mount(hostWith(), <TestView row={ROW} />);
    const zone = view.container.querySelector('.smnb-drop-zone');
    if (!zone) {
      throw new Error('nowhere to drop');
    }
    fireEvent.drop(zone, {
      dataTransfer: { files: [new File(['x'], 'crossing.jpg')] }
    });
    expect(await screen.findByText('crossing.jpg')).toBeTruthy();
  });

  it('can be dragged from the file browser of JupyterLab', async () => {
    const host = { ...hostWith(), takeDrops: takeLabDrops };
    const view = mount(host, <TestView row={ROW} />);
    const zone = view.container.querySelector('.smnb-drop-zone');
    const drop = Object.assign(new Event('lm-drop', { cancelable: true }), {
      mimeData: { getData: () => ['pictures/crossing.jpg'] },
      dropAction: 'none',
      proposedAction: 'move'
    });
    act(() => {
      zone?.dispatchEvent(drop);
    });
    await screen.findByText('Route');
    expect(drop.dropAction).toBe('move');
    expect(asked(host, 'plan_test').at(-1)).toMatchObject({
      source: { kind: 'path', path: 'pictures/crossing.jpg' }
    });
  });

  it('keeps the focus with what comes of it', async () => {
    const view = mount(hostWith(), <TestView row={ROW} />);
    const input = view.container.querySelector('input[type=file]');
    screen.getByText('choose one').focus();
    fireEvent.change(input as Element, {
      target: { files: [new File(['x'], 'crossing.jpg')] }
    });
    const remove = await screen.findByRole('button', { name: 'Remove file' });
    expect(document.activeElement).toBe(remove);
    fireEvent.click(remove);
    expect(document.activeElement).toBe(screen.getByText('choose one'));
  });

  it('tells why a file could not be taken', async () => {
    const host = {
      ...fakeHost(answers()),
      upload: () =>
        Promise.reject(
          new CommandError({
            code: 'invalid',
            title: 'Too large.',
            text: 'It is larger than 1 GB.',
            copy: null,
            retry_at: null
          })
        )
    };
    const view = mount(host, <TestView row={ROW} />);
    const input = view.container.querySelector('input[type=file]');
    fireEvent.change(input as Element, {
      target: { files: [new File(['x'], 'a.bin')] }
    });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'larger than 1 GB'
    );
  });

  it('is text, as what it is said to be', async () => {
    const host = hostWith();
    mount(host, <TestView row={ROW} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Text' }));
    const field = screen.getByRole('textbox', { name: 'Text to send' });
    fireEvent.change(field, { target: { value: '1,2,3' } });
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'text/csv' } });
    fireEvent.click(await screen.findByText('Send'));
    await waitFor(() =>
      expect(asked(host, 'test')).toEqual([
        {
          name: 'street-objects',
          source: { kind: 'text', text: '1,2,3', content_type: 'text/csv' },
          route: null
        }
      ])
    );
  });

  it('is a variable only where there are notebooks', async () => {
    mount(hostWith(), <TestView row={ROW} />);
    expect(screen.queryByRole('radio', { name: 'Variable' })).toBeNull();
    cleanup();
    const VariableSource = variableSource(() => Promise.resolve(['x', 'image']));
    const host = { ...hostWith(), VariableSource };
    mount(host, <TestView row={ROW} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Variable' }));
    await screen.findByRole('option', { name: 'image' });
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'image' } });
    fireEvent.click(await screen.findByText('Send'));
    await screen.findByText('Answer');
    expect(asked(host, 'test')).toEqual([
      {
        name: 'street-objects',
        source: { kind: 'variable', name: 'image' },
        route: null
      }
    ]);
  });
});

describe('the route', () => {
  it('offers what is possible, and sends what was chosen', async () => {
    const possible: RoutePlan['possible'] = ['direct', 'split'];
    const host = hostWith({
      plan_test: ({ route }) => ({
        ...ROUTE,
        possible,
        parts: 4,
        route: route ?? 'direct'
      })
    });
    await choose(host);
    const radio = (name: string) =>
      screen.getByRole<HTMLInputElement>('radio', { name });
    expect(radio('Direct').checked).toBe(true);
    expect(radio('Via S3').disabled).toBe(true);
    fireEvent.click(radio('Split'));
    await screen.findByRole('radio', { name: 'Split into 4' });
    fireEvent.click(screen.getByText('Send'));
    await waitFor(() =>
      expect(asked(host, 'test')[0]).toMatchObject({ route: 'split' })
    );
  });

  it('cannot be sent to an endpoint that does not serve', async () => {
    const host = hostWith();
    const view = await choose(host);
    view.unmount();
    mount(host, <TestView row={{ ...ROW, status: 'Failed' }} />);
    const button = (await screen.findByText('Send')).closest('button');
    expect(button?.disabled).toBe(true);
    expect(button?.title).toBe('street-objects is Failed.');
  });

  it('says the price of a twin, and makes none without being asked', async () => {
    const host = hostWith({
      plan_test: () => ({
        ...ROUTE,
        route: 's3',
        possible: ['s3'],
        needs_twin: {
          name: 'street-objects-async',
          instance_type: 'ml.c5.large',
          instances_up: null,
          usd_per_hour: 0.102,
          over_bytes: null
        }
      })
    });
    host.confirm.mockResolvedValue(false);
    await choose(host);
    expect(screen.getByText('$0.102/h while it works')).toBeTruthy();
    fireEvent.click(screen.getByText('Add twin and send…'));
    await waitFor(() => expect(host.confirm).toHaveBeenCalled());
    expect(host.confirm.mock.calls[0]?.[0].deed).toBe('Add twin and send');
    await act(() => Promise.resolve());
    expect(asked(host, 'test')).toEqual([]);
  });

  it('asks before a request that costs a cent', async () => {
    const host = hostWith({ plan_test: () => ({ ...ROUTE, usd: 0.1 }) });
    await choose(host);
    fireEvent.click(screen.getByText('Send'));
    await screen.findByText('Answer');
    expect(host.confirm.mock.calls[0]?.[0].rows?.[0]?.value).toBe('$0.10');
  });
});
