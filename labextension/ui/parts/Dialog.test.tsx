import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { fakeHost } from '../fakes';
import type { Question } from '../host';
import { ask } from './Dialog';

const { t } = fakeHost({});
const QUESTION: Question = {
  title: 'Delete alpha?',
  text: ['On the local backend, for good:'],
  rows: [
    { label: 'Model', value: '<b>alpha</b>' },
    { label: 'p50', before: '38 ms', value: '52 ms' }
  ],
  notes: ['Stays: models/street/'],
  deed: 'Delete',
  destroys: true
};

let el: HTMLElement;
beforeEach(() => {
  // jsdom shows no dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  el = document.createElement('div');
  document.body.append(el);
});
afterEach(() => {
  el.remove();
});

/** Asks, and waits until the question is there. */
async function asked(question: Question): Promise<{ answer: Promise<boolean> }> {
  const answer = ask(el, question, t);
  await screen.findByRole('dialog', { name: question.title });
  return { answer };
}

it('says what goes, with the focus on Cancel', async () => {
  const { answer } = await asked(QUESTION);
  const dialog = screen.getByRole('dialog');
  expect(dialog.textContent).toContain('<b>alpha</b>');
  expect(dialog.textContent).toContain('38 ms → 52 ms');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Cancel'));
  act(() => screen.getByRole('button', { name: 'Cancel' }).click());
  expect(await answer).toBe(false);
  expect(el.childNodes).toHaveLength(0);
});

it('agrees by the button that names the deed', async () => {
  const { answer } = await asked(QUESTION);
  act(() => screen.getByRole('button', { name: 'Delete' }).click());
  expect(await answer).toBe(true);
});

it('disagrees by Esc', async () => {
  const { answer } = await asked(QUESTION);
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  expect(await answer).toBe(false);
});

it('waits for the very text that must be typed', async () => {
  const { answer } = await asked({ ...QUESTION, typed: 'a.b' });
  const button = (): HTMLButtonElement =>
    screen.getByRole('button', { name: 'Delete' });
  expect(button().disabled).toBe(true);
  const field = screen.getByRole('textbox');
  fireEvent.input(field, { target: { value: 'axb' } });
  expect(button().disabled).toBe(true);
  fireEvent.input(field, { target: { value: 'a.b' } });
  expect(button().disabled).toBe(false);
  act(() => button().click());
  expect(await answer).toBe(true);
});
