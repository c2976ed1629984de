import * as React from 'react';

import { useHost } from '../host';
import { Icon, Mark } from '../parts';
import type { Counts, Status } from '../shapes';
import type { Head } from '../store';
import { BurnRate } from './BurnRate';
import type { Group, Sort } from './order';

/** What the user chose to see. */
export interface Choices {
  query: string;
  group: Group | null;
  sort: Sort;
  /** Counts how often the user asked to sort. */
  asked: number;
}

/** Money, statuses that filter, filter and sort. */
export function Tools(props: {
  head: Head;
  choices: Choices;
  onChange: (choices: Choices) => void;
  /** Whether there are so many rows that even a table wants a filter. */
  many: boolean;
}): React.ReactElement {
  const { head, choices, onChange } = props;
  return (
    <div className="smnb-tools" data-many={props.many || undefined}>
      <BurnRate burn={head.burn} />
      <Chips
        counts={head.counts}
        group={choices.group}
        onChange={group => onChange({ ...choices, group })}
      />
      <FilterBar choices={choices} onChange={onChange} />
    </div>
  );
}

const MARKS: Record<Group, Status> = {
  in_service: 'InService',
  changing: 'Updating',
  failed: 'Failed'
};

/** How many are in which state; a press shows only those, another one all. */
function Chips(props: {
  counts: Counts;
  group: Group | null;
  onChange: (group: Group | null) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { counts, group, onChange } = props;
  const chips: { group: Group; words: string }[] = [
    { group: 'in_service', words: t('%1 in service', counts.in_service) },
    { group: 'changing', words: t('%1 changing', counts.changing) },
    { group: 'failed', words: t('%1 failed', counts.failed) }
  ];
  return (
    <div className="smnb-chips" role="group" aria-label={t('Show only')}>
      {chips.map(chip => (
        <button
          key={chip.group}
          type="button"
          aria-pressed={group === chip.group}
          data-none={counts[chip.group] === 0 || undefined}
          aria-label={chip.words}
          title={t('Show only these')}
          onClick={() => onChange(group === chip.group ? null : chip.group)}
        >
          <Mark status={MARKS[chip.group]} />
          <span className="smnb-chip-words">{chip.words}</span>
          <span className="smnb-chip-count">{counts[chip.group]}</span>
        </button>
      ))}
    </div>
  );
}

function FilterBar(props: {
  choices: Choices;
  onChange: (choices: Choices) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { choices, onChange } = props;
  const sorts: { sort: Sort; label: string; title: string }[] = [
    { sort: 'attention', label: t('Attention'), title: t('needs attention first') },
    { sort: 'name', label: t('Name'), title: t('by name') },
    { sort: 'cost', label: t('Cost'), title: t('most an hour first') },
    { sort: 'age', label: t('Age'), title: t('newest first') }
  ];
  const now = sorts.find(({ sort }) => sort === choices.sort);
  return (
    <div className="smnb-filter-bar">
      <label className="smnb-field smnb-filter">
        <Icon name="search" size={12} />
        <input
          type="text"
          aria-label={t('Filter')}
          placeholder={t('Filter')}
          value={choices.query}
          spellCheck={false}
          onChange={event => onChange({ ...choices, query: event.currentTarget.value })}
          onKeyDown={event => {
            if (event.key === 'Escape' && choices.query) {
              event.stopPropagation();
              onChange({ ...choices, query: '' });
            }
          }}
        />
      </label>
      <label className="smnb-field smnb-sort" title={t('Sorted: %1', now?.title ?? '')}>
        <Icon name="sort" size={12} />
        <select
          aria-label={t('Sort')}
          value={choices.sort}
          onChange={event =>
            onChange({
              ...choices,
              sort: event.currentTarget.value as Sort,
              asked: choices.asked + 1
            })
          }
        >
          {sorts.map(({ sort, label }) => (
            <option key={sort} value={sort}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={11} />
      </label>
    </div>
  );
}
