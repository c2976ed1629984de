import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { names, opener, row, show } from './scene';

beforeEach(() => {
  // jsdom lays nothing out.
  Element.prototype.checkVisibility = () => true;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const ROWS = [
  row('alpha', { attention: 1 }),
  row('beta', { attention: 2 }),
  row('bravo', { attention: 3 })
];
const press = (name: string, key: string, more: object = {}): void => {
  fireEvent.keyDown(opener(name), { key, ...more });
};
const focused = (): string | null =>
  document.activeElement?.getAttribute('title') ?? null;

describe('the keyboard', () => {
  it('has one tab stop in the list', () => {
    show({ rows: ROWS });
    const stops = [...document.querySelectorAll<HTMLElement>('.smnb-rows button')];
    expect(stops.filter(stop => stop.tabIndex === 0)).toEqual([opener('alpha')]);
    act(() => opener('beta').focus());
    expect(stops.filter(stop => stop.tabIndex === 0)).toEqual([opener('beta')]);
  });

  it('moves by arrows, Home and End, and stays at the ends', () => {
    show({ rows: ROWS });
    act(() => opener('alpha').focus());
    const way: [string, string][] = [
      ['ArrowDown', 'beta'],
      ['ArrowDown', 'bravo'],
      ['ArrowDown', 'bravo'],
      ['Home', 'alpha'],
      ['ArrowUp', 'alpha'],
      ['End', 'bravo'],
      ['ArrowUp', 'beta']
    ];
    for (const [key, name] of way) {
      press(focused() ?? '', key);
      expect(focused()).toBe(name);
    }
  });

  it('finds a name by its first letters, until a while goes by', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    show({ rows: ROWS });
    act(() => opener('alpha').focus());
    press('alpha', 'b');
    expect(focused()).toBe('beta');
    press('beta', 'r');
    expect(focused()).toBe('bravo');
    vi.setSystemTime(Date.now() + 5000);
    press('bravo', 'a');
    expect(focused()).toBe('alpha');
  });

  it('leads into a row and back, and not by Tab', () => {
    show({ rows: ROWS });
    act(() => opener('alpha').focus());
    press('alpha', 'ArrowRight');
    const icon = screen.getByRole('button', { name: 'Test alpha' });
    expect(document.activeElement).toBe(icon);
    expect(icon.tabIndex).toBe(-1);
    fireEvent.keyDown(icon, { key: 'ArrowLeft' });
    expect(focused()).toBe('alpha');
  });

  it('leaves shortcuts of the browser alone', () => {
    show({ rows: ROWS });
    act(() => opener('alpha').focus());
    press('alpha', 'b', { ctrlKey: true });
    expect(focused()).toBe('alpha');
  });

  it('opens the menu by Shift+F10, and gives the focus back', () => {
    show({ rows: ROWS });
    act(() => opener('beta').focus());
    press('beta', 'F10', { shiftKey: true });
    const menu = screen.getByRole('menu', { name: 'Actions for beta' });
    expect(menu.contains(document.activeElement)).toBe(true);
    fireEvent.keyDown(menu, { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
    expect(focused()).toBe('beta');
  });

  it('opens by a click anywhere in the row', () => {
    const { onOpen } = show({ rows: ROWS });
    fireEvent.click(screen.getByText('beta').closest('li') as Element);
    expect(onOpen).toHaveBeenCalledWith('beta', undefined);
    fireEvent.click(screen.getByRole('button', { name: 'Test alpha' }));
    expect(onOpen).toHaveBeenLastCalledWith('alpha', 'test');
    expect(onOpen).toHaveBeenCalledTimes(2);
  });
});

it('shows of 500 rows those that can be seen, and the one with the focus', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    row(`endpoint-${String(index).padStart(3, '0')}`, { attention: index })
  );
  show({ rows: many });
  expect(names().length).toBeLessThan(60);
  const first = opener('endpoint-000');
  expect(first.closest('li')?.getAttribute('aria-setsize')).toBe('500');
  act(() => first.focus());
  press('endpoint-000', 'End');
  expect(focused()).toBe('endpoint-499');
  expect(opener('endpoint-499').closest('li')?.getAttribute('aria-posinset')).toBe(
    '500'
  );
  press('endpoint-499', 'Home');
  expect(focused()).toBe('endpoint-000');
  expect(names().length).toBeLessThan(60);
});
