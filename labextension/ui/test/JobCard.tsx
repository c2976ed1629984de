import * as React from 'react';

import { size } from '../format';
import { useHost, type Host } from '../host';
import { Button, Notice, PhaseBar, ProblemNotice, useNow } from '../parts';
import type { Pending, Phase, Problem, TestReply } from '../shapes';
import { usePolled } from '../usePolled';

const STEPS = 4;

/** A request that goes through S3: how far it is, until its answer is there. */
export function JobCard(props: {
  endpoint: string;
  id: string;
  onReply: (reply: TestReply) => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { endpoint, id, onReply } = props;
  const { pending, problem } = usePending(endpoint, id, onReply);
  const now = useNow();
  return (
    <section className="smnb-section">
      <h3 className="smnb-ellipsis" title={id}>
        {t('Job %1 · %2', id, pending ? stateWords(t, pending) : t('sent'))}
      </h3>
      {pending && pending.state !== 'failed' && (
        <div className="smnb-job-phase">
          <PhaseBar phase={phaseOf(t, pending)} now={now} />
        </div>
      )}
      {pending?.state === 'failed' && (
        <Notice kind="error" alert>
          {pending.failure || t('It failed; the endpoint’s log says more.')}
        </Notice>
      )}
      {problem && <ProblemNotice problem={problem} />}
      {pending && <JobFacts pending={pending} />}
      <div className="smnb-flex smnb-job-foot">
        <Button kind="ghost" onClick={() => host.copy(id)}>
          {t('Copy job id')}
        </Button>
        <span className="smnb-small smnb-quiet smnb-ellipsis">
          {t('Survives a kernel restart')}
        </span>
      </div>
    </section>
  );
}

function JobFacts(props: { pending: Pending }): React.ReactElement {
  const { t } = useHost();
  const { uploaded_bytes, total_bytes, output_uri } = props.pending;
  return (
    <div className="smnb-facts smnb-job-facts">
      {uploaded_bytes !== null && total_bytes !== null && (
        <>
          <span>{t('Uploaded')}</span>
          <span>{t('%1 of %2', size(uploaded_bytes), size(total_bytes))}</span>
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

/** Asks how far it is while somebody looks, until it has ended. */
function usePending(
  endpoint: string,
  id: string,
  onReply: (reply: TestReply) => void
): { pending: Pending | null; problem: Problem | null } {
  const host = useHost();
  const [pending, setPending] = React.useState<Pending | null>(null);
  const ended = pending?.state === 'done' || pending?.state === 'failed';
  const problem = usePolled(
    ended ? null : () => host.command('pending', { name: endpoint, id }),
    `${endpoint} ${id}`,
    seen => {
      setPending(seen);
      if (seen.reply) {
        onReply(seen.reply);
      }
    }
  );
  return { pending, problem };
}

function stateWords(t: Host['t'], pending: Pending): string {
  switch (pending.state) {
    case 'queued':
      return t('waiting');
    case 'running':
      return t('running');
    case 'done':
      return t('done');
    case 'failed':
      return t('failed');
  }
}

function phaseOf(t: Host['t'], pending: Pending): Phase {
  const { state, uploaded_bytes, total_bytes, started_at } = pending;
  const uploading =
    uploaded_bytes !== null && total_bytes !== null && uploaded_bytes < total_bytes;
  const [index, label] = uploading
    ? [1, t('Uploading')]
    : state === 'queued'
      ? [2, t('Waits in the queue')]
      : state === 'running'
        ? [3, t('Model works')]
        : [STEPS + 1, t('Answer is there')];
  return { index, of: STEPS, label, since: started_at, last_took_s: null };
}
