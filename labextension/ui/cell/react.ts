// What this UI uses of React, on preact: preact/compat, made for any code, weighs twice that.
// esbuild.mjs takes it in place of 'react' and 'react-dom/client' for the widget.

import {
  Component,
  createElement,
  options,
  render,
  type ComponentChild,
  type ContainerNode,
  type FunctionComponent
} from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export { createContext, createElement, Fragment } from 'preact';
export {
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'preact/hooks';

type Props = Record<string, unknown>;

/** A component that is rendered again only if one of its props changed. */
export function memo<P extends object>(type: FunctionComponent<P>) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const [before, after] = [this.props, next] as [Props, Props];
      const names = Object.keys({ ...before, ...after });
      return names.some(name => before[name] !== after[name]);
    }

    override render(): ComponentChild {
      return createElement(type, this.props);
    }
  };
}

/** What a store holds now, kept up to date. */
export function useSyncExternalStore<T>(
  subscribe: (listener: () => void) => () => void,
  get: () => T
): T {
  const value = get();
  const shown = useRef(value);
  shown.current = value;
  const [, render] = useState({});
  useLayoutEffect(() => {
    const check = (): void => {
      if (shown.current !== get()) {
        render({});
      }
    };
    const stop = subscribe(check);
    // It may have changed since the render, or by being listened to.
    check();
    return stop;
  }, [subscribe, get]);
  return value;
}

/** A root to render into. */
export function createRoot(el: ContainerNode) {
  return {
    render: (children: ComponentChild) => render(children, el),
    unmount: () => render(null, el)
  };
}

/** Attributes of SVG that have a hyphen. */
const HYPHENED = /^(?:stroke|text|vector|dominant)[A-Z]/;
/** Inputs that change once, not with each letter. */
const PICKED = ['checkbox', 'radio', 'file'];

/** The name that the DOM has for what React calls `name`. */
function nameInDom(type: string, name: string, props: Props): string {
  if (HYPHENED.test(name)) {
    return name.replace(/[A-Z]/g, '-$&').toLowerCase();
  }
  switch (name) {
    case 'onFocus':
      return 'onfocusin';
    case 'onBlur':
      return 'onfocusout';
    case 'onChange':
      return type === 'textarea' ||
        (type === 'input' && !PICKED.includes(String(props['type'])))
        ? 'onInput'
        : name;
    default:
      return name;
  }
}

options.vnode = vnode => {
  if (typeof vnode.type === 'string') {
    const props = vnode.props as Props;
    for (const name of Object.keys(props)) {
      const known = nameInDom(vnode.type, name, props);
      if (known !== name) {
        props[known] = props[name];
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- or it is there twice
        delete props[name];
      }
    }
  }
};
