import * as React from 'react';

import { problemOf, useAnswer, useAsked, type Answer as Asked } from '../answer';
import { useHost } from '../host';
import { ProblemNotice } from '../parts';
import type { RouteName, RoutePlan, Row } from '../shapes';
import { usePolled } from '../usePolled';
import { Answer } from './Answer';
import { JobCard } from './JobCard';
import { Route } from './Route';
import { SendButton } from './SendButton';
import { ended, followed, send, type Request, type Sent } from './sending';
import { Source } from './Source';
import { EMPTY, keyOf, sourceOf, type Draft } from './draft';
import { Takes } from './Takes';
import { Underway } from './Underway';
import { useKept } from './useKept';

/** Frames are counted, and an upload; AWS is asked less often. */
const EVERY_MS = 400;
const VIA_S3_MS = 2000;

/** A test request: what is sent, which way it goes, what came back. */
export function TestView(props: { row: Row }): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row } = props;
  const [draft, setDraft] = useKept<Draft>(`draft ${row.key}`, EMPTY);
  const [last, setSent] = useKept<Sent | null>(`sent ${row.key}`, null);
  const [route, setRoute] = React.useState<RouteName | null>(null);
  const { result: facts } = useAnswer(
    'facts',
    { name: row.name },
    row.key,
    row.compute
  );
  // What went through S3 has made the twin that was missing: the plan is another then.
  const reply = last?.replied?.reply;
  const madeTwin = reply?.route === 's3' ? reply.request_id : '';
  const { result: plan, problem, asking, retry } = usePlan(row, draft, route, madeTwin);
  const change = (part: Partial<Draft>) => {
    setDraft(old => ({ ...old, ...part }));
    setRoute(null);
  };
  const sent = last?.of === keyOf(draft) ? last : null;
  const request: Request = {
    endpoint: row.name,
    draft,
    route,
    code: facts?.code ?? null
  };
  const pending = sent?.pending ?? null;
  const ofPending = { name: row.name, id: pending?.id ?? '' };
  const look = () =>
    host.command('pending', ofPending).catch((error: unknown) => {
      const lost = problemOf(error, host);
      if (lost.code === 'gone') {
        setSent(ended(request, lost));
      }
      throw error;
    });
  const lost = usePolled(
    pending && sent?.sending ? look : null,
    ofPending.id,
    seen => setSent(followed(request, seen)),
    pending?.route === 's3' ? VIA_S3_MS : EVERY_MS
  );
  const start = () => send(host, request, setSent);
  const stop = () => {
    host.command('stop_test', ofPending).catch((error: unknown) => {
      setSent(ended(request, problemOf(error, host)));
    });
  };
  const viaS3 = pending?.route === 's3';
  return (
    <>
      <section className="smnb-section">
        <Source
          draft={draft}
          bytes={plan?.bytes ?? null}
          accepts={facts?.takes.accepts ?? null}
          onChange={change}
        />
        {plan && <Route plan={plan} isChosen={route !== null} onRoute={setRoute} />}
        {!plan && asking && (
          <p className="smnb-small smnb-quiet">{t('Looking which way it goes…')}</p>
        )}
        {problem && <ProblemNotice problem={problem} onRetry={retry} />}
        {plan && (
          <SendButton
            row={row}
            plan={plan}
            sending={sent?.sending ?? false}
            again={Boolean(sent?.replied)}
            disabled={problem !== null}
            onSend={start}
          />
        )}
        {pending && sent?.sending && !viaS3 && (
          <Underway pending={pending} onStop={stop} />
        )}
        {sent?.problem && <ProblemNotice problem={sent.problem} />}
        {lost && sent?.sending && <ProblemNotice problem={lost} />}
        <p className="smnb-hidden" role="status">
          {sent?.replied && !sent.sending ? t('The answer is there.') : ''}
        </p>
      </section>
      {pending && viaS3 && <JobCard pending={pending} onStop={stop} />}
      {sent?.replied && (
        <Answer
          key={sent.replied.reply.request_id}
          replied={sent.replied}
          onAgain={sent.sending ? null : () => void start()}
        />
      )}
      {!plan && !asking && facts && <Takes takes={facts.takes} />}
    </>
  );
}

/** Which way it would go; nothing is sent. */
function usePlan(
  row: Row,
  draft: Draft,
  route: RouteName | null,
  version: string
): Asked<RoutePlan> {
  const host = useHost();
  const source = sourceOf(draft);
  // While text is typed the plan of what it was a moment ago stays.
  const subject = draft.kind === 'text' ? 'text' : keyOf(draft);
  return useAsked(
    source && (() => host.command('plan_test', { name: row.name, source, route })),
    JSON.stringify([keyOf(draft), route, row.compute, version]),
    `${row.key} ${subject}`
  );
}
