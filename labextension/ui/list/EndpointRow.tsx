import * as React from 'react';

import { useHost, type Host } from '../host';
import { anchorOf, Icon, IconButton, Mark, phaseWords, Sparkline } from '../parts';
import type { Row, Status } from '../shapes';
import type { RowActions } from './actions';
import { Ago, Elapsed, Errors, P50, Price, Rate, Ttl } from './figures';
import { RowNotes } from './RowNotes';

const SERVING: readonly Status[] = [
  'InService',
  'Updating',
  'SystemUpdating',
  'RollingBack',
  'UpdateRollbackFailed'
];

interface RowProps {
  row: Row;
  actions: RowActions;
  /** Whether the list's tab stop is here. */
  current: boolean;
  /** Whether there is no server that could do anything. */
  off: boolean;
  /** Its place from the top, of a list that is not all in the page. */
  top: number | null;
  /** Its place from 1, and of how many. */
  position: number;
  of: number;
}

/** One endpoint: a quiet one is 70 px high, only one with a problem grows. */
export const EndpointRow = React.memo(function EndpointRow(
  props: RowProps
): React.ReactElement {
  const { t } = useHost();
  const { row, actions, current, off, top } = props;
  return (
    <li
      // Dropped into a cell it is the code that calls it.
      draggable
      onDragStart={event => event.dataTransfer.setData('text/plain', row.code)}
      className="smnb-row"
      data-key={row.key}
      aria-setsize={props.of}
      aria-posinset={props.position}
      style={
        top === null ? undefined : { position: 'absolute', top, left: 0, right: 0 }
      }
      onClick={event => {
        if (!(event.target as Element).closest('button')) {
          // So that Back leads to this row.
          event.currentTarget.querySelector<HTMLElement>('.smnb-row-name')?.focus();
          actions.open(row);
        }
      }}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        actions.menu(row, at(event));
      }}
    >
      <div className="smnb-row-1">
        <Mark status={row.status} />
        <button
          type="button"
          className="smnb-row-name smnb-ellipsis"
          title={row.name}
          aria-label={spoken(t, row)}
          tabIndex={current ? 0 : -1}
          onClick={() => actions.open(row)}
        >
          {row.name}
        </button>
        <span className="smnb-row-price">
          <Price row={row} />
        </span>
      </div>
      <div className="smnb-row-2">
        <span
          className="smnb-row-what smnb-ellipsis"
          title={`${row.status} · ${row.compute}`}
        >
          <span className="smnb-row-status">
            {row.status}
            {warns(row) && <Icon className="smnb-row-warns" name="clock" size={12} />}
          </span>
          <span className="smnb-row-dot"> · </span>
          <span className="smnb-row-compute smnb-ellipsis">
            {row.compute}
            {row.twin && <span className="smnb-wide-only">{t(', twin')}</span>}
          </span>
        </span>
        <span className="smnb-row-when smnb-nowrap">
          {row.status === 'Failed' && <Ago at={row.status_since} />}
          {row.status === 'InService' && !row.idle && row.ttl_ends_at !== null && (
            <Ttl endsAt={row.ttl_ends_at} />
          )}
        </span>
        {row.status !== 'Deleting' && (
          <RowIcons row={row} actions={actions} off={off} />
        )}
      </div>
      {SERVING.includes(row.status) ? (
        <div className="smnb-row-3">
          <Sparkline
            values={row.requests_per_min}
            errors={row.errors_per_min}
            label={t('Requests per minute, last 30 minutes')}
          />
          <span className="smnb-row-rate">
            <Rate row={row} />
          </span>
          <span className="smnb-row-p50">
            <P50 row={row} />
          </span>
          <span className="smnb-row-errors">
            <Errors row={row} />
          </span>
        </div>
      ) : (
        <div className="smnb-row-wide smnb-ellipsis" aria-hidden="true">
          <WideNote row={row} />
        </div>
      )}
      {row.status === 'OutOfService' && (
        <div className="smnb-line2 smnb-row-out">{t('Not serving; cost unknown')}</div>
      )}
      <RowNotes row={row} actions={actions} off={off} />
    </li>
  );
});

function RowIcons(props: {
  row: Row;
  actions: RowActions;
  off: boolean;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row, actions, off } = props;
  return (
    <span className="smnb-row-icons">
      <IconButton
        icon="arrow"
        size={13}
        label={t('Test %1', row.name)}
        tabIndex={-1}
        disabled={!SERVING.includes(row.status)}
        onClick={() => actions.open(row, 'test')}
      />
      <IconButton
        icon="code"
        size={13}
        label={t(host.code.labelFor, row.name)}
        tabIndex={-1}
        disabled={off}
        onClick={() => actions.code(row)}
      />
      <IconButton
        icon="more"
        size={13}
        label={t('More actions for %1', row.name)}
        tabIndex={-1}
        menu
        onClick={event => actions.menu(row, anchorOf(event.currentTarget))}
      />
    </span>
  );
}

/** The notes in one line, where the list is wide enough to be a table. */
function WideNote({ row }: { row: Row }): React.ReactElement | null {
  const { t } = useHost();
  if (row.status === 'Failed') {
    return <>{row.failure && t('%1 · see its log', row.failure.cause)}</>;
  }
  if (row.status === 'OutOfService') {
    return <>{t('Not serving; cost unknown')}</>;
  }
  if (!row.phase) {
    return null;
  }
  const words = row.status === 'Deleting' ? row.phase.label : phaseWords(t, row.phase);
  return (
    <>
      {words} · <Elapsed since={row.phase.since} />
    </>
  );
}

function warns(row: Row): boolean {
  return (
    row.status === 'InService' &&
    (row.idle !== null || row.over_budget || row.all_failing)
  );
}

/** `churn-csv, Failed, serverless 1 GB, no module named cv2`. */
export function spoken(t: Host['t'], row: Row): string {
  return [
    row.name,
    row.status,
    row.compute,
    row.failure?.cause,
    row.phase && row.status !== 'Deleting' ? phaseWords(t, row.phase) : null,
    row.idle && t('idle'),
    row.over_budget && t('over budget'),
    row.all_failing && t('all calls fail')
  ]
    .filter(Boolean)
    .join(', ');
}

/** Where a context menu opens: at the pointer, or at the row's name if a key opened it. */
function at(event: React.MouseEvent<HTMLElement>) {
  if (event.clientX === 0 && event.clientY === 0) {
    return anchorOf(event.target as Element);
  }
  const { clientX: left, clientY: top } = event;
  return { left, right: left, top, bottom: top };
}
