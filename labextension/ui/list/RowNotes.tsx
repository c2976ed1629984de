import * as React from 'react';

import { duration, durationShort, size, timeLeft, usd, usdPerHour } from '../format';
import { ofLab, useHost } from '../host';
import { Phrase, PhaseBar, useNow } from '../parts';
import type { Row, Status } from '../shapes';
import type { RowActions } from './actions';
import { Elapsed } from './figures';
import { Note, RowButton } from './Note';

const FAILED: readonly Status[] = ['Failed', 'UpdateRollbackFailed'];
const UPDATING: readonly Status[] = ['Updating', 'SystemUpdating', 'RollingBack'];
const HOUR_MS = 60 * 60 * 1000;

interface NotesProps {
  row: Row;
  actions: RowActions;
  off: boolean;
}

/** What a row says besides its figures; a quiet row says nothing. */
export function RowNotes(props: NotesProps): React.ReactElement {
  const { row } = props;
  return (
    <div className="smnb-row-notes">
      {FAILED.includes(row.status) && <FailureNote {...props} />}
      {row.status === 'Deleting' ? (
        <Going row={row} />
      ) : (
        (row.phase ?? UPDATING.includes(row.status)) && <Progress row={row} />
      )}
      {row.status === 'InService' && <Warnings {...props} />}
      {row.twin && <TwinLine row={row} />}
    </div>
  );
}

/** Why it failed, what to do, and AWS's own reason in one line, whole in the tooltip. */
function FailureNote({ row, actions, off }: NotesProps): React.ReactElement {
  const { t } = useHost();
  const { failure } = row;
  const cause = failure?.cause ?? t('It did not start, and AWS does not say why.');
  const mixed = row.status === 'UpdateRollbackFailed';
  const again = mixed ? () => actions.open(row, 'cost') : ofLab(actions.redeploy);
  return (
    <Note
      icon="warning"
      kind="error"
      actions={
        <>
          <RowButton tabIndex={-1} onClick={() => actions.log(row)}>
            {t('Log')}
          </RowButton>
          {again && (
            <RowButton tabIndex={-1} off={off} onClick={() => again(row)}>
              {mixed ? t('Update again…') : t('Deploy again…')}
            </RowButton>
          )}
          <RowButton tabIndex={-1} off={off} onClick={() => actions.remove(row)}>
            {t('Delete…')}
          </RowButton>
        </>
      }
    >
      <div>
        <b>{mixed ? t('Serves a mix of two versions.') : cause}</b>
      </div>
      {mixed && failure && <div>{cause}</div>}
      {failure?.fix && <div>{failure.fix}</div>}
      {failure?.reason && (
        <div className="smnb-quiet smnb-ellipsis" title={failure.reason}>
          {t('AWS: %1', failure.reason)}
        </div>
      )}
    </Note>
  );
}

function Progress({ row }: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const now = useNow();
  const { phase, change } = row;
  const updating = row.status !== 'Creating';
  const moves = change ? t('%1 → %2', change.before, change.after) : '';
  return (
    <>
      {phase && <PhaseBar phase={phase} now={now} />}
      {moves && (
        <div className="smnb-line2">
          <span className="smnb-ellipsis smnb-strong" title={moves}>
            {moves}
          </span>
          {!phase && (
            <span className="smnb-nowrap">
              <Elapsed since={row.status_since} />
            </span>
          )}
        </div>
      )}
      {row.status === 'RollingBack' && row.failure && (
        <div className="smnb-line2">
          <span className="smnb-ellipsis smnb-strong" title={row.failure.reason}>
            {row.failure.cause}
          </span>
        </div>
      )}
      <div className="smnb-line2">
        <span className="smnb-ellipsis">
          {updating && change && change.usd_per_hour_after !== null ? (
            <Phrase
              text="Old fleet serves, then %1"
              args={[
                <span key="after" className="smnb-strong">
                  {usdPerHour(t, change.usd_per_hour_after)}
                </span>
              ]}
            />
          ) : updating ? (
            t('Old fleet serves')
          ) : (
            phase &&
            phase.last_took_s !== null &&
            t('Last time this model took %1', duration(phase.last_took_s * 1000))
          )}
        </span>
      </div>
    </>
  );
}

function Going({ row }: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const label = row.phase?.label ?? t('Endpoint, config and model');
  return (
    <div className="smnb-line2 smnb-row-going">
      <span className="smnb-ellipsis" title={label}>
        {label}
      </span>
      <span className="smnb-nowrap">
        <Elapsed since={row.phase?.since ?? row.status_since} />
      </span>
    </div>
  );
}

/** Idle and costing, a near end, over budget, all calls failing: in one note. */
function Warnings({ row, actions, off }: NotesProps): React.ReactElement | null {
  const { t } = useHost();
  const now = useNow();
  const left_ms = row.ttl_ends_at === null ? null : row.ttl_ends_at - now;
  const ending = left_ms !== null && left_ms < HOUR_MS;
  if (!row.idle && !ending && !row.over_budget && !row.all_failing) {
    return null;
  }
  const endless = left_ms === null;
  return (
    <Note
      icon="clock"
      kind={row.all_failing ? 'error' : 'warning'}
      actions={
        <>
          {row.all_failing && (
            <RowButton tabIndex={-1} onClick={() => actions.log(row)}>
              {t('Log')}
            </RowButton>
          )}
          {(row.idle || row.over_budget) && (
            <RowButton tabIndex={-1} off={off} onClick={() => actions.remove(row)}>
              {t('Delete…')}
            </RowButton>
          )}
          {!endless && (row.idle || ending) && (
            <RowButton tabIndex={-1} off={off} onClick={() => actions.keep(row, 2)}>
              {t('Keep %1', durationShort(2 * HOUR_MS))}
            </RowButton>
          )}
        </>
      }
    >
      {row.all_failing && <b>{t('All calls fail.')} </b>}
      {row.over_budget && <b>{t('It costs more than its budget.')} </b>}
      {row.idle && <IdleWords since={row.idle.since} cost={row.idle.usd} now={now} />}
      {(row.idle || ending) && left_ms !== null && (
        <> {t('Deletes itself in %1.', timeLeft(left_ms))}</>
      )}
    </Note>
  );
}

function IdleWords(props: {
  since: number;
  cost: number | null;
  now: number;
}): React.ReactElement {
  const { t } = useHost();
  const idle = minutes(props.now - props.since);
  return props.cost ? (
    <Phrase
      text="Idle for %1, which cost %2."
      args={[idle, <b key="cost">{usd(t, props.cost)}</b>]}
    />
  ) : (
    <>{t('Idle for %1.', idle)}</>
  );
}

/** Idleness is told by the minute: seconds would tick. */
const minutes = (ms: number): string =>
  ms < HOUR_MS ? durationShort(ms) : duration(ms);

function TwinLine({ row }: { row: Row }): React.ReactElement | null {
  const { t } = useHost();
  const { twin } = row;
  if (!twin) {
    return null;
  }
  const parts = [
    twin.instances_up === null ? '' : t('%1 up', twin.instances_up),
    twin.usd_per_hour === null ? '' : usdPerHour(t, twin.usd_per_hour)
  ].filter(Boolean);
  return (
    <div className="smnb-twin" title={`${twin.name} · ${twin.instance_type}`}>
      <span className="smnb-ellipsis">
        <span className="smnb-strong">{t('async twin')}</span>
        {twin.over_bytes !== null && t(', over %1', size(twin.over_bytes))}
      </span>
      <span className="smnb-right smnb-nowrap">{parts.join(' · ')}</span>
    </div>
  );
}
