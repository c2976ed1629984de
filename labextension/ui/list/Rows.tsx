import * as React from 'react';

import { useHost } from '../host';
import { anchorOf } from '../parts';
import type { Row } from '../shapes';
import type { RowActions } from './actions';
import { EndpointRow } from './EndpointRow';
import { named } from './order';
import { useShown } from './virtual';

/** So soon after a letter, another one goes on with the same name. */
const TYPING_MS = 700;
const PAGE = 10;

/** The rows: one tab stop, arrow keys move, letters find a name. */
export function Rows(props: {
  rows: readonly Row[];
  actions: RowActions;
  off: boolean;
  scroller: React.RefObject<HTMLDivElement>;
}): React.ReactElement {
  const { t } = useHost();
  const { rows, actions, off, scroller } = props;
  const list = React.useRef<HTMLUListElement>(null);
  const [current, setCurrent] = React.useState<string | null>(null);
  const [focusing, setFocusing] = React.useState<string | null>(null);
  const typing = React.useRef({ text: '', at: 0 });

  const keys = rows.map(row => row.key);
  const byKey = new Map(rows.map(row => [row.key, row]));
  const shown = useShown(scroller, keys, key => estimate(byKey.get(key)));
  const currentIndex = Math.max(0, current === null ? 0 : keys.indexOf(current));

  // The row to move to may not be in the page before this render.
  React.useLayoutEffect(() => {
    if (focusing !== null) {
      nameOf(list.current, focusing)?.focus();
      setFocusing(null);
    }
  }, [focusing]);

  const goTo = (index: number) => {
    const key = keys[Math.min(Math.max(index, 0), keys.length - 1)];
    if (key !== undefined) {
      setCurrent(key);
      setFocusing(key);
    }
  };

  const type = (letter: string) => {
    const now = Date.now();
    const { text, at } = typing.current;
    const typed = now - at < TYPING_MS ? text + letter : letter;
    typing.current = { text: typed, at: now };
    const found = named(
      rows.map(row => row.name),
      currentIndex,
      typed
    );
    if (found !== null) {
      goTo(found);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLUListElement>) => {
    const target = event.target as HTMLElement;
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? '';
    const row = byKey.get(key);
    if (!row) {
      return;
    }
    const index = keys.indexOf(key);
    const deed = deedOf(event);
    const deeds: Partial<Record<string, () => void>> = {
      ArrowDown: () => goTo(index + 1),
      ArrowUp: () => goTo(index - 1),
      PageDown: () => goTo(index + PAGE),
      PageUp: () => goTo(index - PAGE),
      Home: () => goTo(0),
      End: () => goTo(keys.length - 1),
      ArrowRight: () => sidestep(target, 1),
      ArrowLeft: () => sidestep(target, -1),
      Delete: () => !off && row.status !== 'Deleting' && actions.remove(row),
      Menu: () => actions.menu(row, anchorOf(target)),
      letter: () => type(event.key)
    };
    const act = deed === null ? undefined : deeds[deed];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };

  const rendered = keys
    .map((key, index) => ({ key, index }))
    .filter(
      ({ key, index }) =>
        (index >= shown.first && index < shown.end) ||
        (shown.offsets && key === current)
    );
  return (
    <ul
      ref={list}
      className="smnb-rows"
      aria-label={t('Endpoints')}
      style={shown.offsets ? { height: shown.offsets[keys.length] } : undefined}
      onKeyDown={onKeyDown}
      onFocus={event => {
        const key = event.target.closest<HTMLElement>('[data-key]')?.dataset['key'];
        if (key !== undefined) {
          setCurrent(key);
        }
      }}
    >
      {rendered.map(({ key, index }) => {
        const row = byKey.get(key);
        return (
          row && (
            <EndpointRow
              key={key}
              row={row}
              actions={actions}
              current={index === currentIndex}
              off={off}
              top={shown.offsets ? (shown.offsets[index] ?? 0) : null}
              position={index + 1}
              of={keys.length}
            />
          )
        );
      })}
    </ul>
  );
}

/** What a key asks for; null: nothing of the list. */
function deedOf(event: React.KeyboardEvent): string | null {
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    return 'Menu';
  }
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  // A space presses the button that has the focus.
  return event.key.length === 1 ? (event.key === ' ' ? null : 'letter') : event.key;
}

function nameOf(list: HTMLElement | null, key: string): HTMLElement | null {
  const rows = Array.from(list?.querySelectorAll<HTMLElement>('[data-key]') ?? []);
  const row = rows.find(each => each.dataset['key'] === key);
  return row?.querySelector<HTMLElement>('.smnb-row-name') ?? null;
}

/** Moves the focus to the next or the last button of the same row. */
function sidestep(target: HTMLElement, step: 1 | -1): void {
  const row = target.closest('[data-key]');
  const buttons = Array.from(
    row?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? []
  ).filter(button => button.checkVisibility());
  const next = buttons.findIndex(button => button === target) + step;
  buttons[Math.min(Math.max(next, 0), buttons.length - 1)]?.focus();
}

/** About how high a row is before it was seen. */
function estimate(row: Row | undefined): number {
  const quiet = 71;
  if (!row) {
    return quiet;
  }
  const notes =
    (row.failure ? 118 : 0) +
    (row.idle ? 62 : 0) +
    (row.phase ? 45 : 0) +
    (row.twin ? 21 : 0);
  return quiet + notes;
}
