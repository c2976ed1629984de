// For tests: a host with an endpoint that answers, and the steps up to that.

import * as React from 'react';
import { fireEvent, screen } from '@testing-library/react';

import {
  FACTS,
  fakeHost,
  mount,
  PHOTO,
  PICTURE,
  REPLY,
  ROUTE,
  ROW,
  type Answers,
  type FakeHost
} from '../fakes';
import type { Pending, Uploaded } from '../shapes';
import { TestView } from './TestView';

/** A request that was answered at once. */
export const DONE: Pending = {
  id: 'request-1',
  state: 'done',
  route: 'direct',
  started_at: 0,
  can_stop: false,
  words: '',
  share: null,
  left_s: null,
  frames: null,
  frames_done: null,
  frames_failed: 0,
  fps: null,
  uploaded_bytes: null,
  total_bytes: 1_887_437,
  upload_s: null,
  queue_s: null,
  output_uri: '',
  problem: null,
  reply: REPLY
};

export const answers = (more: Answers = {}): Answers => ({
  facts: () => FACTS,
  plan_test: ({ route }) => ({ ...ROUTE, route: route ?? ROUTE.route }),
  test: () => DONE,
  frame: () => PICTURE,
  ...more
});

export function hostWith(more: Answers = {}, uploaded: Uploaded = PHOTO): FakeHost {
  return { ...fakeHost(answers(more)), upload: () => Promise.resolve(uploaded) };
}

/** Chooses a file, and waits until its route is known. */
export async function choose(host: FakeHost, name = 'crossing.jpg') {
  const view = mount(host, <TestView row={ROW} />);
  const input = view.container.querySelector('input[type=file]');
  if (!input) {
    throw new Error('no file input');
  }
  fireEvent.change(input, { target: { files: [new File(['x'], name)] } });
  await screen.findByText('Route');
  return view;
}

export async function sendIt(host: FakeHost) {
  const view = await choose(host);
  fireEvent.click(screen.getByText('Send'));
  await screen.findByText('Answer');
  return view;
}

export const asked = (host: FakeHost, name: string) =>
  host.asked.filter(([command]) => command === name).map(([, args]) => args);
