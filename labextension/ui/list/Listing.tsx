import * as React from 'react';

import type { Deed } from '../answer';
import { ofLab, useHost, type Host, type Link } from '../host';
import {
  Link as LinkButton,
  ProblemNotice,
  type Anchor,
  type MenuItem
} from '../parts';
import type { Job, Row } from '../shapes';
import type { Head, State } from '../store';
import type { RowActions } from './actions';
import { Banner } from './Banner';
import { Tools, type Choices } from './Tools';
import { JobRow } from './JobRow';
import { nextOrder, NO_ORDER, shows, type Order } from './order';
import { RowMenu } from './RowMenu';
import { Rows } from './Rows';
import { useKeptPlace } from './place';
import { useSettled } from './settled';
import { stopJob } from './deeds';
import { useRowActions, type Ways } from './useRowActions';

/** A table of more rows wants a filter too. */
const FEW_ROWS = 12;
const CHOICES: Choices = { query: '', group: null, sort: 'attention', asked: 0 };

/** Money, filters and rows. */
export function Listing(
  props: {
    state: State;
    head: Head;
    deed: Deed;
    hidden: boolean;
    /** Deploys that have no row. */
    jobs: readonly Job[];
    onDismiss: (job: Job) => void;
    onRefresh: () => void;
    /** What stands above the money. */
    children: React.ReactNode;
  } & Ways
): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { state, head, deed, hidden } = props;
  const [choices, setChoices] = React.useState(CHOICES);
  const [menu, setMenu] = React.useState<{ row: Row; anchor: Anchor } | null>(null);
  const closeMenu = React.useCallback(() => setMenu(null), []);
  const { settled, handlers } = useSettled();
  const order = useOrder(state.rows, choices, settled);
  const scroller = React.useRef<HTMLDivElement>(null);
  useKeptPlace(scroller, hidden);
  const actions = useRowActions({ head, deed, ways: props, openMenu: setMenu });

  const off = state.link.state === 'lost';
  const rows: Row[] = [];
  for (const key of order.keys) {
    const row = state.rows.get(key);
    if (row && shows(row, choices.query, choices.group)) {
      rows.push(row);
    }
  }
  const job = menu && jobOf(head.jobs, menu.row.name);
  const stop = (stopped: Job) => {
    deed.run(() => stopJob(host, stopped));
  };
  return (
    <>
      <div className="smnb-header">
        {props.children}
        <Tools
          head={head}
          choices={choices}
          onChange={setChoices}
          many={state.rows.size > FEW_ROWS || choices.query !== ''}
        />
      </div>
      {deed.problem && <ProblemNotice problem={deed.problem} onClose={deed.forget} />}
      <Banner
        link={ahead(state.link, state.clock_ahead_ms)}
        problem={head.problem}
        readAt={head.stale_since ?? head.at}
        onRetry={props.onRefresh}
      />
      <TableHead />
      <div className="smnb-scroll" ref={scroller} {...handlers}>
        {props.jobs.map(each => (
          <JobRow
            key={each.id}
            job={each}
            off={off}
            onStop={stop}
            onDeploy={props.onDeploy}
            onDismiss={props.onDismiss}
          />
        ))}
        <Rows rows={rows} actions={actions} off={off} scroller={scroller} />
        {rows.length === 0 && state.rows.size > 0 && (
          <p className="smnb-none smnb-quiet">
            {t('None of %1 fits.', state.rows.size)}{' '}
            <LinkButton
              onClick={() => setChoices({ ...choices, query: '', group: null })}
            >
              {t('Show all')}
            </LinkButton>
          </p>
        )}
        {menu && (
          <RowMenu
            row={state.rows.get(menu.row.key) ?? menu.row}
            anchor={menu.anchor}
            actions={actions}
            off={off}
            onStop={job?.can_stop ? () => stop(job) : null}
            first={waysToSee(host, menu.row, actions)}
            onClose={closeMenu}
          />
        )}
      </div>
    </>
  );
}

/** Names the columns where the list is wide enough to be a table; each row says its own. */
function TableHead(): React.ReactElement {
  const { t } = useHost();
  return (
    <div className="smnb-table-head" aria-hidden="true">
      <span>{t('name')}</span>
      <span>{t('status')}</span>
      <span>{t('kind')}</span>
      <span>{t('requests')}</span>
      <span>{t('rate')}</span>
      <span>{t('p50')}</span>
      <span>{t('errors')}</span>
      <span>{t('price')}</span>
    </div>
  );
}

function waysToSee(host: Host, row: Row, actions: RowActions): MenuItem[] {
  const { t } = host;
  const wide = ofLab(host.wide);
  const open = { label: t('Open'), onSelect: () => actions.open(row) };
  return wide
    ? [open, { label: wide.label, onSelect: () => wide.open(row.name) }]
    : [open];
}

function useOrder(rows: State['rows'], choices: Choices, settled: boolean): Order {
  const [order, setOrder] = React.useState(NO_ORDER);
  const next = nextOrder(order, rows, choices.sort, choices.asked, settled);
  if (next !== order) {
    setOrder(next);
  }
  return next;
}

/** When the link was lost, by the server's clock. */
function ahead(link: Link, ahead_ms: number): Link {
  return link.state === 'lost' ? { ...link, since: link.since + ahead_ms } : link;
}

function jobOf(jobs: readonly Job[], endpoint: string): Job | undefined {
  return jobs.find(job => job.endpoint === endpoint && job.state === 'running');
}
