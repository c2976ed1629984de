import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { fakeHost, mount } from '../fakes';
import type { Status } from '../shapes';
import {
  Button,
  CopyBox,
  Mark,
  Menu,
  Phrase,
  Segmented,
  Sparkline,
  Unknown,
  useId
} from '.';

afterEach(cleanup);
const ANCHOR = { left: 0, right: 10, top: 0, bottom: 10 };

describe('a menu', () => {
  it('has its choices by arrow keys, and skips what is off', () => {
    const chosen = vi.fn();
    const close = vi.fn();
    const items = [
      { label: 'One', onSelect: chosen },
      { label: 'Two', onSelect: chosen, disabled: true },
      { label: 'Three', onSelect: chosen }
    ];
    render(<Menu label="Choices" items={items} anchor={ANCHOR} onClose={close} />);
    const menu = screen.getByRole('menu', { name: 'Choices' });
    expect(document.activeElement?.textContent).toBe('One');
    fireEvent.keyDown(menu, { key: 'ArrowDown' });
    expect(document.activeElement?.textContent).toBe('Three');
    fireEvent.keyDown(menu, { key: 'ArrowDown' });
    expect(document.activeElement?.textContent).toBe('One');
    fireEvent.click(screen.getByText('Three'));
    expect(close).toHaveBeenCalledTimes(1);
    expect(chosen).toHaveBeenCalledTimes(1);
  });

  it('closes when something else is pressed', () => {
    const close = vi.fn();
    render(<Menu label="Choices" items={[]} anchor={ANCHOR} onClose={close} />);
    fireEvent.pointerDown(screen.getByRole('menu'));
    expect(close).not.toHaveBeenCalled();
    fireEvent.pointerDown(document.body);
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('a button', () => {
  it('that is busy says so, keeps its words for its width, and is off', () => {
    const press = vi.fn();
    render(
      <Button busy="Applying…" onClick={press}>
        Apply…
      </Button>
    );
    const button = screen.getByRole('button');
    fireEvent.click(button);
    expect(press).not.toHaveBeenCalled();
    expect(button.getAttribute('aria-busy')).toBe('true');
    expect(screen.getByText('Apply…').className).toBe('smnb-button-away');
    expect(screen.getByText('Applying…').className).toBe('');
  });
});

describe('ids', () => {
  it('differ between two mounts of one page', () => {
    const names = new Set<string>();
    function Named(): null {
      names.add(useId('x'));
      return null;
    }
    render(<Named />);
    render(<Named />);
    expect(names.size).toBe(2);
  });

  it('keep the radios of two mounts apart', () => {
    const host = fakeHost({});
    const options = [
      { value: 1, label: 'one' },
      { value: 2, label: 'two' }
    ];
    for (const value of [1, 2]) {
      mount(
        host,
        <Segmented label="x" options={options} value={value} onChange={vi.fn()} />
      );
    }
    const checked = screen
      .getAllByRole<HTMLInputElement>('radio')
      .map(radio => radio.checked);
    expect(checked).toEqual([true, false, false, true]);
  });
});

it('tells each status by its shape, whatever its colour', () => {
  const shapes = (statuses: Status[]): string[] =>
    statuses.map(status => {
      const { container } = render(<Mark status={status} />);
      const mark = container.firstElementChild?.cloneNode(true) as Element;
      mark.removeAttribute('class');
      return new XMLSerializer().serializeToString(mark).replace(/ class="[^"]*"/g, '');
    });
  const kinds: Status[] = [
    'InService',
    'Creating',
    'Failed',
    'OutOfService',
    'Deleting'
  ];
  expect(new Set(shapes(kinds)).size).toBe(5);
  expect(new Set(shapes(['Updating', 'SystemUpdating', 'RollingBack'])).size).toBe(1);
});

it('says what a dash means', () => {
  render(<Unknown label="price unknown" />);
  expect(screen.getByText('—').getAttribute('aria-hidden')).toBe('true');
  expect(screen.getByText('price unknown')).toBeTruthy();
});

it('puts elements into a translated sentence, in the order of the language', () => {
  const host = {
    ...fakeHost({}),
    t: (_: string, ...args: unknown[]) =>
      `${String(args[1])} kostet ${String(args[0])}.`
  };
  const { container } = mount(
    host,
    <Phrase text="" args={['Eins', <b key="2">zwei</b>]} />
  );
  expect(container.textContent).toBe('zwei kostet Eins.');
  expect(container.querySelector('b')?.textContent).toBe('zwei');
});

it('draws a tick where there were errors', () => {
  const { container } = render(<Sparkline values={[1, 2, 3]} errors={[0, 2, null]} />);
  expect(container.querySelectorAll('.smnb-sparkline-error')).toHaveLength(1);
});

it('copies what stands in a box', () => {
  const host = fakeHost({});
  mount(host, <CopyBox text="aws sso login" />);
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
  expect(host.copy).toHaveBeenCalledWith('aws sso login');
  expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();
});
