import * as React from 'react';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { mount, PHOTO, REPLY, ROW } from '../fakes';
import { CommandError } from '../host';
import type { Frame, Pending, Problem, TestReply } from '../shapes';
import { asked, choose, DONE, hostWith, sendIt } from './fakes';
import { TestView } from './TestView';

afterEach(cleanup);

describe('the answer', () => {
  it('has its boxes on the picture, its times and its text', async () => {
    const host = hostWith();
    const view = await sendIt(host);
    const picture = await screen.findByRole('img', { name: '1 object: car 0.97' });
    const box = picture.querySelector<HTMLElement>('.smnb-box');
    expect(box?.style.left).toBe('10%');
    expect(box?.style.top).toBe('50%');
    expect(host.confirm).not.toHaveBeenCalled();
    expect(view.container.querySelector('.smnb-figures')?.textContent).toBe(
      'total 61\u00a0msanswer 412\u00a0Bcost/1k $0.0030'
    );
    expect(view.container.querySelector('pre')?.textContent).toBe(REPLY.text);
    fireEvent.click(screen.getByText('Copy'));
    expect(host.copy).toHaveBeenCalledWith(REPLY.text);
  });

  it('is never HTML', async () => {
    const evil = '<img src=x onerror="alert(1)">';
    const reply: TestReply = {
      ...REPLY,
      text: JSON.stringify([{ label: evil }]),
      boxes: [{ x: 1, y: 1, width: 1, height: 1, label: evil, score: null }]
    };
    const view = await sendIt(hostWith({ test: () => ({ ...DONE, reply }) }));
    await screen.findByRole('img', { name: `1 object: ${evil}` });
    const pictures = Array.from(view.container.querySelectorAll('img'));
    expect(pictures.every(img => img.src.startsWith('data:image/jpeg;base64,'))).toBe(
      true
    );
    expect(view.container.querySelector('pre')?.textContent).toBe(reply.text);
    expect(view.container.querySelector('.smnb-box')?.textContent).toBe(evil);
  });

  it('can be put into the notebook as code', async () => {
    const give = vi.fn();
    const host = hostWith();
    await sendIt({ ...host, code: { ...host.code, give, label: 'Insert code' } });
    fireEvent.click(screen.getByText('Insert code'));
    expect(give).toHaveBeenCalledWith('ep.invoke("crossing.jpg")');
  });

  it('is still there when the tab is shown again', async () => {
    const host = hostWith();
    const view = await sendIt(host);
    view.unmount();
    mount(host, <TestView row={ROW} />);
    expect(await screen.findByText('Answer')).toBeTruthy();
    expect(screen.getByText('crossing.jpg')).toBeTruthy();
    expect(asked(host, 'test')).toHaveLength(1);
  });

  it('goes with what it was of', async () => {
    await sendIt(hostWith());
    fireEvent.click(screen.getByRole('button', { name: 'Remove file' }));
    expect(screen.queryByText('Answer')).toBeNull();
    expect(await screen.findByText('What this endpoint takes')).toBeTruthy();
  });

  const problem: Problem = {
    code: 'other',
    title: 'The model failed.',
    text: 'KeyError: image',
    copy: null,
    retry_at: null
  };

  it.each([
    [
      'that could not be sent',
      () => {
        throw new CommandError(problem);
      }
    ],
    ['that failed', (): Pending => ({ ...DONE, state: 'failed', problem, reply: null })]
  ])('%s is told as the server told it', async (_, test) => {
    const host = hostWith({ test });
    await choose(host);
    fireEvent.click(screen.getByText('Send'));
    expect((await screen.findByRole('alert')).textContent).toContain('KeyError: image');
    expect(screen.getByText('Send')).toBeTruthy();
  });
});

const FRAMES: Frame[] = Array.from({ length: 90 }, (_, index) => ({
  index,
  t_s: index / 30,
  count: index % 3,
  boxes: [],
  ms: index === 40 ? null : 41,
  together: 45,
  failed: index === 40,
  text: `frame ${index}`
}));

describe('a video', () => {
  const reply: TestReply = {
    ...REPLY,
    route: 'split',
    boxes: [],
    frames: FRAMES,
    failed_frames: 1,
    fps: 214
  };
  const clip = { ...PHOTO, name: 'bikes.mp4', content_type: 'video/mp4', frames: 90 };

  async function sendClip() {
    const host = hostWith({ test: () => ({ ...DONE, reply }) }, clip);
    const view = await choose(host, 'bikes.mp4');
    fireEvent.click(screen.getByText('Send'));
    const slider = await screen.findByRole('slider', { name: 'Frame' });
    return { host, view, slider };
  }

  it('is gone through with the keyboard', async () => {
    const { slider, view } = await sendClip();
    const press = (key: string, shiftKey = false) =>
      fireEvent.keyDown(slider, { key, shiftKey });
    press('ArrowRight');
    expect(slider.getAttribute('aria-valuetext')).toBe('Frame 1 · 0\u00a0s, 1 object');
    press('ArrowRight', true);
    expect(slider.getAttribute('aria-valuenow')).toBe('31');
    press('n');
    expect(slider.getAttribute('aria-valuenow')).toBe('40');
    expect(slider.getAttribute('aria-valuetext')).toContain('failed');
    expect(view.container.querySelector('pre')?.textContent).toBe('frame 40');
    expect(screen.getByText('1 frame failed')).toBeTruthy();
    expect(screen.getByText('89/90')).toBeTruthy();
    expect(screen.getByText(/^214.fps$/)).toBeTruthy();
  });

  it('tells what a frame took, and in which company', async () => {
    await sendClip();
    const told = screen.getByText(/^0 objects · 41.ms$/);
    expect(told.title).toBe('Its part of a request of 45 frames');
  });

  it('sends what failed of it again', async () => {
    const { host } = await sendClip();
    fireEvent.click(screen.getByText('Send 1 again'));
    await waitFor(() => expect(asked(host, 'test')).toHaveLength(2));
    expect(asked(host, 'test')[1]).toEqual(asked(host, 'test')[0]);
  });

  it('shows the frame where one is, and fetches none twice', async () => {
    const { host, slider } = await sendClip();
    await screen.findByRole('img', { name: /^Frame 0/ });
    fireEvent.keyDown(slider, { key: 'End' });
    await waitFor(() =>
      expect(asked(host, 'frame').at(-1)).toMatchObject({ index: 89 })
    );
    fireEvent.keyDown(slider, { key: 'Home' });
    await act(() => Promise.resolve());
    const indexes = asked(host, 'frame').map(args => (args as { index: number }).index);
    // The first is for the thumbnail beside the file's name.
    expect(indexes).toEqual([0, 0, 89]);
  });

  it('plays with Space and stops at its end', async () => {
    const { slider } = await sendClip();
    vi.useFakeTimers();
    try {
      fireEvent.keyDown(slider, { key: ' ' });
      expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy();
      await act(() => vi.advanceTimersByTimeAsync(1000));
      expect(Number(slider.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(28);
      await act(() => vi.advanceTimersByTimeAsync(3000));
      expect(slider.getAttribute('aria-valuenow')).toBe('89');
      expect(screen.getByRole('button', { name: 'Play' })).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });
});
