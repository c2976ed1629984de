import * as React from 'react';

import { duration, latency, size } from '../format';
import { useHost, type Host } from '../host';
import { Button, PhaseBar, useNow } from '../parts';
import type { Pending } from '../shapes';
import { Stop } from './Underway';

/** A request that goes through S3: how far it is, and what that took. */
export function JobCard(props: {
  pending: Pending;
  onStop: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { pending } = props;
  const { id, phase, words, state } = pending;
  const now = useNow();
  return (
    <section className="smnb-section">
      <h3 className="smnb-ellipsis" title={id}>
        {t('Job %1 · %2', id, stateWords(t, state))}
      </h3>
      {state === 'running' && (
        <div className="smnb-job-phase">
          {phase ? (
            <PhaseBar phase={phase} now={now} />
          ) : (
            <div className="smnb-line2">
              <span className="smnb-ellipsis" title={words}>
                {words}
              </span>
              <span className="smnb-nowrap">{duration(now - pending.started_at)}</span>
            </div>
          )}
        </div>
      )}
      <JobFacts pending={pending} />
      <div className="smnb-flex smnb-job-foot">
        <Button kind="ghost" onClick={() => host.copy(id)}>
          {t('Copy job id')}
        </Button>
        <span className="smnb-small smnb-quiet smnb-ellipsis">
          {t('Survives a kernel restart')}
        </span>
        <Stop pending={pending} onStop={props.onStop} />
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
            {t('%1 of %2', size(uploaded_bytes), size(total_bytes))}
            {upload_s !== null && `, ${latency(upload_s * 1000)}`}
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

function stateWords(t: Host['t'], state: Pending['state']): string {
  switch (state) {
    case 'running':
      return t('running');
    case 'done':
      return t('done');
    case 'failed':
      return t('failed');
    case 'stopped':
      return t('stopped');
  }
}
