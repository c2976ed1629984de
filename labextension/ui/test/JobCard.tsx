import * as React from 'react';

import { latency, size } from '../format';
import { useHost } from '../host';
import { Button } from '../parts';
import type { Pending } from '../shapes';
import { Underway } from './Underway';

/** A request that goes through S3: how far it is, and what that took. */
export function JobCard(props: {
  pending: Pending;
  onStop: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { id, state } = props.pending;
  return (
    <section className="smnb-section">
      <h3 className="smnb-ellipsis" title={id}>
        {t('Job %1 · %2', id, t(state))}
      </h3>
      {state === 'running' && <Underway {...props} />}
      <JobFacts pending={props.pending} />
      <div className="smnb-flex smnb-job-foot">
        <Button kind="ghost" onClick={() => host.copy(id)}>
          {t('Copy job id')}
        </Button>
        <span
          className="smnb-small smnb-quiet smnb-ellipsis"
          title={t('Survives a kernel restart')}
        >
          {t('Survives a kernel restart')}
        </span>
      </div>
    </section>
  );
}

function JobFacts(props: { pending: Pending }): React.ReactElement {
  const { t } = useHost();
  const { uploaded_bytes, total_bytes, upload_s, queue_s, output_uri } = props.pending;
  return (
    <div className="smnb-facts smnb-job-facts">
      {uploaded_bytes !== null && (
        <>
          <span>{t('Uploaded')}</span>
          <span>
            {upload_s === null
              ? t('%1 of %2', size(uploaded_bytes), size(total_bytes))
              : `${size(total_bytes)}, ${latency(upload_s * 1000)}`}
          </span>
        </>
      )}
      {queue_s !== null && (
        <>
          <span>{t('Waited in queue')}</span>
          <span>{latency(queue_s * 1000)}</span>
        </>
      )}
      {output_uri && (
        <>
          <span>{t('Answer goes to')}</span>
          <span className="smnb-monospace smnb-ellipsis" title={output_uri}>
            …/{output_uri.split('/').pop()}
          </span>
        </>
      )}
    </div>
  );
}
