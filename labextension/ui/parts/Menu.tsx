import * as React from 'react';

import { ofLab } from '../host';
import { Icon } from './Icon';
import { moved } from './keys';

export interface MenuItem {
  label: string;
  onSelect: () => void;
  /** Whether it is the chosen one of several; absent where nothing is chosen. */
  checked?: boolean;
  disabled?: boolean;
  /** Said below the label. */
  hint?: string;
  /** Whether a line divides it from what stands above. */
  divided?: boolean;
}

/** Where a menu opens: below what was pressed, or where the pointer is. */
export type Anchor = { left: number; right: number; top: number; bottom: number };

/**
 * A menu over everything else, in the page's top layer, so that no panel cuts it off.
 *
 * It takes the focus, and gives it back when it closes.
 */
export function Menu(props: {
  label: string;
  items: readonly MenuItem[];
  anchor: Anchor;
  onClose: () => void;
}): React.ReactElement {
  const { label, items, anchor, onClose } = props;
  const ref = React.useRef<HTMLDivElement>(null);
  const [place, setPlace] = React.useState({ left: anchor.left, top: anchor.bottom });

  React.useLayoutEffect(() => {
    const menu = ref.current;
    const opener = document.activeElement;
    if (!menu) {
      return;
    }
    menu.setAttribute('popover', 'manual');
    // Browsers of before 2024 have no top layer; there it is merely fixed.
    if ('showPopover' in menu) {
      menu.showPopover();
    }
    setPlace(fit(anchor, menu.offsetWidth, menu.offsetHeight));
    buttons(menu)[0]?.focus();
    return () => {
      if (opener instanceof HTMLElement && menu.contains(document.activeElement)) {
        opener.focus({ preventScroll: true });
      }
    };
    // The menu stays where it opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  React.useEffect(() => {
    const outside = (event: Event) => {
      if (!ref.current?.contains(event.target as Node)) {
        onClose();
      }
    };
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('blur', onClose);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('blur', onClose);
    };
  }, [onClose]);

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    event.stopPropagation();
    const all = buttons(event.currentTarget);
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = moved(event.key, at, all.length, 'ArrowUp', 'ArrowDown');
    if (next !== null) {
      event.preventDefault();
      all[next]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
    }
  };
  // Only a target is chosen so.
  const chooses = ofLab(items)?.some(item => item.checked !== undefined);
  return (
    <div
      ref={ref}
      className="smnb-menu"
      role="menu"
      aria-label={label}
      style={place}
      onKeyDown={onKeyDown}
      onClick={event => event.stopPropagation()}
    >
      {items.map(item => (
        <button
          key={item.label}
          type="button"
          role={chooses ? 'menuitemradio' : 'menuitem'}
          aria-checked={item.checked}
          className={item.divided ? 'smnb-menu-divided' : undefined}
          disabled={item.disabled}
          tabIndex={-1}
          onClick={() => {
            onClose();
            item.onSelect();
          }}
        >
          {chooses && (
            <span className="smnb-menu-check">
              {item.checked && <Icon name="check" size={12} />}
            </span>
          )}
          <span>
            {item.label}
            {item.hint && <span className="smnb-menu-hint">{item.hint}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}

const buttons = (menu: HTMLElement): HTMLButtonElement[] =>
  Array.from(menu.querySelectorAll<HTMLButtonElement>('button:not(:disabled)'));

/** Below the anchor, or above where there is no room; never beyond the window. */
function fit(
  anchor: Anchor,
  width: number,
  height: number
): { left: number; top: number } {
  const gap = 4;
  const below = anchor.bottom + 2;
  const top =
    below + height + gap > window.innerHeight ? anchor.top - height - 2 : below;
  const left = Math.min(anchor.left, window.innerWidth - width - gap);
  return { left: Math.max(gap, left), top: Math.max(gap, top) };
}

/** The anchor of a button that opens a menu. */
export function anchorOf(element: Element): Anchor {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { left, right, top, bottom };
}
