import * as React from 'react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { mount, ROW, type FakeHost } from '../fakes';
import { CommandError } from '../host';
import type { Pending } from '../shapes';
import { asked, choose, DONE, hostWith } from './fakes';
import { TestView } from './TestView';

afterEach(cleanup);

const RUNNING: Pending = {
  ...DONE,
  state: 'running',
  started_at: Date.now(),
  reply: null
};
const VIDEO: Pending = {
  ...RUNNING,
  route: 'split',
  can_stop: true,
  share: 0.48,
  left_s: 0.6,
  frames: 250,
  frames_done: 120,
  fps: 214
};
const VIA_S3: Pending = {
  ...RUNNING,
  id: '7c1f',
  route: 's3',
  can_stop: true,
  words: 'Uploading',
  share: 0.5,
  uploaded_bytes: 5 * 1024 * 1024,
  total_bytes: 10 * 1024 * 1024
};

/** Sends something, which is told to be at these steps, one after the other. */
async function sent(first: Pending, ...later: Pending[]): Promise<FakeHost> {
  const steps = [...later];
  let last = first;
  const host = hostWith({
    test: () => first,
    pending: () => (last = steps.shift() ?? last),
    stop_test: () => ({})
  });
  await choose(host);
  fireEvent.click(screen.getByText('Send'));
  await waitFor(() => expect(asked(host, 'test')).toHaveLength(1));
  return host;
}

describe('a video', () => {
  it('counts its frames, until its answer is there', async () => {
    await sent(VIDEO, { ...VIDEO, frames_done: 200, frames_failed: 2 }, DONE);
    const bar = await screen.findByRole('progressbar');
    expect(bar.getAttribute('aria-valuenow')).toBe('48');
    expect(screen.getByText(/^1.s left$/)).toBeTruthy();
    expect(await screen.findByText('200 of 250 frames')).toBeTruthy();
    expect(screen.getByText(/^214.fps · 2 failed$/)).toBeTruthy();
    expect(screen.getByText('Sending…')).toBeTruthy();
    expect(await screen.findByText('Answer')).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('is stopped, which is said, and what was kept', async () => {
    const stopped: Pending = {
      ...VIDEO,
      state: 'stopped',
      can_stop: false,
      problem: {
        code: 'other',
        title: 'Stopped',
        text: '120 of 250 frames were answered, and are kept.',
        copy: null,
        retry_at: null
      }
    };
    const host = await sent(VIDEO, VIDEO, { ...VIDEO, can_stop: false }, stopped);
    fireEvent.click(await screen.findByText('Stop'));
    expect(asked(host, 'stop_test')).toEqual([{ name: ROW.name, id: VIDEO.id }]);
    expect(await screen.findByText('Stopping…')).toBeTruthy();
    expect((await screen.findByRole('alert')).textContent).toContain('are kept');
    expect(screen.getByText('Send')).toBeTruthy();
  });

  it('goes on being followed when its tab is shown again', async () => {
    const host = await sent(VIDEO);
    await screen.findByRole('progressbar');
    cleanup();
    const before = asked(host, 'pending').length;
    mount(host, <TestView row={ROW} />);
    expect(await screen.findByRole('progressbar')).toBeTruthy();
    await waitFor(() => expect(asked(host, 'pending').length).toBeGreaterThan(before));
  });
});

describe('one request', () => {
  it('says what goes on, and cannot be stopped', async () => {
    await sent({ ...RUNNING, words: 'sums starts a container' });
    expect(await screen.findByText('sums starts a container')).toBeTruthy();
    expect(screen.queryByText('Stop')).toBeNull();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('that the server has forgotten is no longer followed', async () => {
    const gone = {
      code: 'gone' as const,
      title: 'It is gone',
      text: 'This server knows no such request any more.',
      copy: null,
      retry_at: null
    };
    const host = hostWith({
      test: () => RUNNING,
      pending: () => {
        throw new CommandError(gone);
      }
    });
    await choose(host);
    fireEvent.click(screen.getByText('Send'));
    expect((await screen.findByRole('alert')).textContent).toContain('no such request');
    expect(screen.queryByText('Sending…')).toBeNull();
  });
});

describe('a job through S3', () => {
  const done: Pending = {
    ...VIA_S3,
    state: 'done',
    can_stop: false,
    words: '',
    uploaded_bytes: 10 * 1024 * 1024,
    upload_s: 9.4,
    queue_s: 48,
    output_uri: 's3://bucket/out/7c1f.out',
    reply: DONE.reply
  };

  it('says how far it is, and with its answer what that took', async () => {
    const host = await sent(VIA_S3, VIA_S3, done);
    expect(await screen.findByText('Job 7c1f · running')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe(
      'Uploading'
    );
    expect(screen.getByText('5 MB of 10 MB')).toBeTruthy();
    fireEvent.click(screen.getByText('Copy job id'));
    expect(host.copy).toHaveBeenCalledWith('7c1f');
    expect(await screen.findByText('Answer', {}, { timeout: 4000 })).toBeTruthy();
    expect(screen.getByText('Job 7c1f · done')).toBeTruthy();
    expect(screen.getByText(/^10.MB, 9\.4.s$/)).toBeTruthy();
    expect(screen.getByText(/^48.s$/)).toBeTruthy();
    expect(screen.getByText('…/7c1f.out')).toBeTruthy();
  });

  it('draws no bar where nothing tells how much is done', async () => {
    await sent({ ...VIA_S3, share: null, words: 'sums-async works on it' });
    expect(await screen.findByText('sums-async works on it')).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });
});
