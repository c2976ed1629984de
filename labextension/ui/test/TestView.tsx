import * as React from 'react';

import { useAnswer, useAsked, type Answer as Asked } from '../answer';
import { useHost } from '../host';
import { ProblemNotice } from '../parts';
import type { RouteName, RoutePlan, Row } from '../shapes';
import { Answer } from './Answer';
import { JobCard } from './JobCard';
import { Route } from './Route';
import { SendButton } from './SendButton';
import { kept, send, type Request, type Sent } from './sending';
import { Source } from './Source';
import { EMPTY, keyOf, sourceOf, type Draft } from './draft';
import { Takes } from './Takes';
import { useKept } from './useKept';

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
            onSend={() => void send(host, request, setSent)}
          />
        )}
        {sent?.problem && <ProblemNotice problem={sent.problem} />}
        <p className="smnb-hidden" role="status">
          {sent?.replied && !sent.sending ? t('The answer is there.') : ''}
        </p>
      </section>
      {sent?.job && (
        <JobCard
          key={sent.job}
          endpoint={row.name}
          id={sent.job}
          onReply={reply => setSent(old => old && { ...old, ...kept(request, reply) })}
        />
      )}
      {sent?.replied && (
        <Answer key={sent.replied.reply.request_id} replied={sent.replied} />
      )}
      {!plan && !asking && facts && <Takes takes={facts.takes} />}
    </>
  );
}

/** Which way it would go; nothing is sent. A variable is looked at where it lives. */
function usePlan(
  row: Row,
  draft: Draft,
  route: RouteName | null,
  version: string
): Asked<RoutePlan> {
  const host = useHost();
  const { kernel } = host;
  const source = sourceOf(draft);
  const variable = draft.kind === 'variable' ? draft.variable : null;
  const ask = source
    ? () => host.command('plan_test', { name: row.name, source, route })
    : kernel && variable !== null
      ? () => kernel.plan(row.name, variable, route)
      : null;
  // While text is typed the plan of what it was a moment ago stays.
  const subject = draft.kind === 'text' ? 'text' : keyOf(draft);
  return useAsked(
    ask,
    JSON.stringify([keyOf(draft), route, row.compute, version]),
    `${row.key} ${subject}`
  );
}
