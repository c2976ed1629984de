import * as React from 'react';

import { moved } from './keys';

export interface Tab<Id extends string> {
  id: Id;
  label: string;
}

/** The id of the panel that a tab shows. */
export const panelId = (id: string): string => `${id}-panel`;
/** The id of a tab, which names its panel. */
export const tabId = (id: string, tab: string): string => `${id}-${tab}`;

/** Tabs above a panel; ← → Home End move, `id` ties them to `panelId(id)`. */
export function Tabs<Id extends string>(props: {
  id: string;
  label?: string;
  tabs: readonly Tab<Id>[];
  active: Id;
  onChange: (tab: Id) => void;
}): React.ReactElement {
  const { id, tabs, active, onChange } = props;
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const index = moved(
      event.key,
      tabs.findIndex(tab => tab.id === active),
      tabs.length,
      'ArrowLeft',
      'ArrowRight'
    );
    const tab = index === null ? undefined : tabs[index];
    if (tab) {
      event.preventDefault();
      onChange(tab.id);
      document.getElementById(tabId(id, tab.id))?.focus();
    }
  };
  return (
    <div
      className="smnb-tabs"
      role="tablist"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {tabs.map(tab => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={tabId(id, tab.id)}
          aria-selected={tab.id === active}
          aria-controls={tab.id === active ? panelId(id) : undefined}
          tabIndex={tab.id === active ? 0 : -1}
          onClick={() => onChange(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
