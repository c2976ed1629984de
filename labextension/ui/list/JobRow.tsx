import * as React from 'react';

import { useHost } from '../host';
import { Button, Mark, Notice, PhaseBar, useNow } from '../parts';
import type { Job } from '../shapes';

/** A deploy whose endpoint is not there yet, or no more: it did not start and was undone. */
export function JobRow(props: {
  job: Job;
  off: boolean;
  onStop: (job: Job) => void;
}): React.ReactElement {
  const { t } = useHost();
  const now = useNow();
  const { job } = props;
  const failed = job.state === 'failed';
  return (
    <div className="smnb-job">
      <div className="smnb-row-1">
        <Mark status={failed ? 'Failed' : 'Creating'} />
        <b className="smnb-row-name smnb-ellipsis" title={job.endpoint}>
          {job.endpoint}
        </b>
        {job.can_stop && job.state === 'running' && (
          <Button disabled={props.off} onClick={() => props.onStop(job)}>
            {t('Stop and undo…')}
          </Button>
        )}
      </div>
      <div className="smnb-row-notes">
        {failed ? (
          <Notice kind="error">
            {job.text} {job.fix}
          </Notice>
        ) : job.phase ? (
          <PhaseBar phase={job.phase} now={now} />
        ) : (
          <div className="smnb-line2">{job.text}</div>
        )}
      </div>
    </div>
  );
}
