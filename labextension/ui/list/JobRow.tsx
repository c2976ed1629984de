import * as React from 'react';

import { ofLab, useHost } from '../host';
import { IconButton, Mark, PhaseBar, useNow } from '../parts';
import type { Job } from '../shapes';
import { Note, RowButton } from './Note';

/** A deploy whose endpoint is not there yet, or no more: it did not start and was undone. */
export function JobRow(props: {
  job: Job;
  /** Whether there is no server that could do anything. */
  off: boolean;
  onStop: (job: Job) => void;
  onDeploy: ((path?: string) => void) | null;
  onDismiss: (job: Job) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { job, off } = props;
  const onDeploy = ofLab(props.onDeploy);
  const failed = job.state === 'failed';
  return (
    <div className="smnb-job">
      <div className="smnb-row-1">
        <Mark status={failed ? 'Failed' : 'Creating'} />
        <b className="smnb-row-name smnb-ellipsis" title={job.endpoint}>
          {job.endpoint}
        </b>
        {failed && (
          <IconButton
            icon="close"
            size={12}
            label={t('Dismiss')}
            onClick={() => props.onDismiss(job)}
          />
        )}
      </div>
      <div className="smnb-row-2">{failed ? t('Not deployed') : t('Deploying')}</div>
      <div className="smnb-job-notes">
        {failed ? (
          <Note
            icon="warning"
            kind="error"
            actions={
              onDeploy && (
                <RowButton
                  off={off}
                  onClick={() => onDeploy(job.model_path ?? undefined)}
                >
                  {t('Deploy again…')}
                </RowButton>
              )
            }
          >
            <div>
              <b>{job.text}</b>
            </div>
            {job.fix}
          </Note>
        ) : (
          <Running job={job} />
        )}
        {job.can_stop && !failed && (
          <div className="smnb-actions">
            <RowButton off={off} onClick={() => props.onStop(job)}>
              {t('Stop and undo…')}
            </RowButton>
          </div>
        )}
      </div>
    </div>
  );
}

function Running({ job }: { job: Job }): React.ReactElement {
  const now = useNow();
  return job.phase ? (
    <PhaseBar phase={job.phase} now={now} />
  ) : (
    <div className="smnb-line2">{job.text}</div>
  );
}
