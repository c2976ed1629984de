import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  createElement,
  createRoot,
  memo,
  useState,
  useSyncExternalStore
} from './react';

const place = document.createElement('div');
document.body.append(place);
let root = createRoot(place);
const show = (...children: Parameters<typeof createElement>[2][]): void => {
  void act(() => root.render(createElement('section', null, ...children)));
};
afterEach(() => {
  void act(() => root.unmount());
  root = createRoot(place);
});

describe("React's names", () => {
  it('are those of the DOM for events that React has its own way with', () => {
    const typed = vi.fn();
    const picked = vi.fn();
    const focused = vi.fn();
    show(
      createElement('input', { type: 'text', onChange: typed }),
      createElement('input', { type: 'radio', onChange: picked }),
      createElement('div', { onFocus: focused }, createElement('button', null, 'In it'))
    );
    const [text, radio] = place.querySelectorAll('input');
    text?.dispatchEvent(new Event('input', { bubbles: true }));
    expect(typed).toHaveBeenCalledTimes(1);
    radio?.dispatchEvent(new Event('change', { bubbles: true }));
    expect(picked).toHaveBeenCalledTimes(1);
    place.querySelector('button')?.focus();
    expect(focused).toHaveBeenCalledTimes(1);
  });

  it('are those of SVG for its attributes', () => {
    show(createElement('svg', null, createElement('text', { textAnchor: 'end' }, 'x')));
    expect(place.querySelector('text')?.getAttribute('text-anchor')).toBe('end');
  });
});

it('renders a memo again only if a prop changed', () => {
  const render = vi.fn();
  const Named = memo((props: { name: string; note?: string }) => {
    render();
    return createElement('p', null, props.name);
  });
  show(createElement(Named, { name: 'a' }));
  show(createElement(Named, { name: 'a' }));
  expect(render).toHaveBeenCalledTimes(1);
  show(createElement(Named, { name: 'b' }));
  show(createElement(Named, { name: 'b', note: 'new' }));
  show(createElement(Named, { name: 'b' }));
  expect(render).toHaveBeenCalledTimes(4);
  expect(place.textContent).toBe('b');
});

it('shows what a store holds, also if it changed before it was listened to', () => {
  let value = 1;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    value = 2;
    return () => listeners.delete(listener);
  };
  const get = (): number => value;
  const Value = () => createElement('p', null, useSyncExternalStore(subscribe, get));
  show(createElement(Value, null));
  expect(place.textContent).toBe('2');
  value = 3;
  void act(() => listeners.forEach(listener => listener()));
  expect(place.textContent).toBe('3');
  void act(() => root.unmount());
  expect(listeners.size).toBe(0);
});

it('keeps state between renders, and drops it with the root', () => {
  const Counter = () => {
    const [count, setCount] = useState(0);
    return createElement('button', { onClick: () => setCount(count + 1) }, count);
  };
  show(createElement(Counter, null));
  void act(() => place.querySelector('button')?.click());
  show(createElement(Counter, null));
  expect(place.textContent).toBe('1');
  void act(() => root.unmount());
  expect(place.childNodes).toHaveLength(0);
});
