import * as React from 'react';

import { useAnswer, useDeed } from '../answer';
import { useHost } from '../host';
import { Button, Notice, ProblemNotice, useId } from '../parts';
import type { Alternative, Choice, Cost, Job, Row } from '../shapes';
import { useStore } from '../store';
import { useFocusKept } from '../useFocusKept';
import { AlternativeList } from './AlternativeList';
import { apply, ApplyBar, type Wanted } from './ApplyBar';
import { BreakEvenChart } from './BreakEvenChart';
import { Paid, PeakMemory } from './InstanceCost';
import { Measure } from './Measure';
import { MemoryLadder } from './MemoryLadder';
import { PriceSource } from './PriceSource';
import { oneWay } from './question';
import { TrafficSlider } from './TrafficSlider';
import { keyOf } from './words';

/** Does it fit, what does it cost, and when to leave serverless. */
export function CostView(props: { row: Row }): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row } = props;
  const job = useStore(host)
    .head?.jobs.filter(
      each =>
        each.deed === 'measure' &&
        each.endpoint === row.name &&
        each.started_at > row.created_at
    )
    .pop();
  const [calls, setCalls] = React.useState<number | null>(null);
  const [chosen, setChosen] = React.useState<Choice | null>(null);
  const {
    result: cost,
    problem,
    asking,
    retry
  } = useAnswer(
    'cost',
    { name: row.name, calls_per_month: calls, choice: chosen },
    row.key,
    `${row.status} ${row.compute} ${job?.state}`
  );
  const isNow = chosen !== null && keyOf(chosen) === keyOf(cost?.now ?? null);
  React.useEffect(() => {
    if (isNow) {
      // It runs on what was chosen: no choice is left that a later change could undo.
      setChosen(null);
    }
  }, [isNow]);
  const ref = React.useRef<HTMLDivElement>(null);
  // The bar goes with the button that was pressed on it.
  useFocusKept(ref, 'input[type=radio]:checked', keyOf(chosen ?? cost?.now ?? null));
  useFocusKept(ref, 'input[type=radio]:checked', row.compute);
  if (!cost) {
    return (
      <div className="smnb-section">
        {problem ? (
          <ProblemNotice problem={problem} onRetry={retry} />
        ) : (
          <p className="smnb-small smnb-quiet">{t('Reading what it costs…')}</p>
        )}
      </div>
    );
  }
  const choices = {
    row,
    job,
    cost,
    calls: calls ?? cost.calls_per_month,
    chosen: chosen ?? cost.now,
    onChoose: setChosen,
    onUndo: () => setChosen(null)
  };
  return (
    <div ref={ref} className="smnb-cost" data-asking={asking || undefined}>
      {problem && (
        <div className="smnb-section">
          <ProblemNotice problem={problem} onRetry={retry} />
        </div>
      )}
      {row.kind === 'serverless' ? (
        <Serverless {...choices} onCalls={setCalls} />
      ) : (
        <Instances {...choices} />
      )}
      <PriceSource source={cost.source} />
    </div>
  );
}

interface Choices {
  row: Row;
  /** The newest that measured it. */
  job: Job | undefined;
  cost: Cost;
  calls: number;
  /** What is preselected is what it runs on. */
  chosen: Choice | null;
  onChoose: (choice: Choice) => void;
  onUndo: () => void;
}

function Serverless(
  props: Choices & { onCalls: (calls: number | null) => void }
): React.ReactElement {
  const { t } = useHost();
  const { row, cost, calls, chosen, onChoose } = props;
  const name = useId('compute');
  const fresh = calls === cost.calls_per_month;
  const wanted = wantedOf(props);
  const bar = wanted && (
    <ApplyBar key={keyOf(chosen)} wanted={wanted} onUndo={props.onUndo} />
  );
  // The bar stands right below the part where the choice was made.
  const withSizes = chosen?.kind === 'serverless';
  return (
    <>
      <TrafficSlider
        calls={calls}
        calls_per_minute={fresh ? cost.calls_per_minute : null}
        measured={cost.measured_calls_per_month}
        measured_days={cost.measured_days}
        onChange={props.onCalls}
      />
      <section className="smnb-section">
        <h3>{t('Serverless memory')}</h3>
        <MemoryLadder cost={cost} name={name} chosen={chosen} onChoose={onChoose} />
        {cost.reason && (
          <Notice kind={cost.best_mb === null ? 'info' : 'best'}>{cost.reason}</Notice>
        )}
        <Measure name={row.name} cost={cost} job={props.job} />
      </section>
      {withSizes && bar}
      <div className="smnb-cost-columns">
        {cost.break_even && (
          <section className="smnb-section">
            <BreakEvenChart even={cost.break_even} calls={cost.calls_per_month} />
          </section>
        )}
        {cost.alternatives.length > 0 && (
          <section className="smnb-section">
            <Heading title={t('Instances instead')} />
            <AlternativeList
              label={t('Instances')}
              options={cost.alternatives}
              name={name}
              chosen={chosen}
              onChoose={onChoose}
            />
            <Switch row={row} cost={cost} calls={calls} chosen={chosen} />
          </section>
        )}
      </div>
      {!withSizes && bar}
    </>
  );
}

/** One press to real-time, asked first; said to be one-way. */
function Switch(
  props: Omit<Choices, 'job' | 'onChoose' | 'onUndo'>
): React.ReactElement | null {
  const host = useHost();
  const { t } = host;
  const { row, cost, calls, chosen } = props;
  const deed = useDeed();
  const possible = cost.alternatives.filter(isRealtime);
  const picked =
    possible.find(one => keyOf(one.choice) === keyOf(chosen)) ?? possible[0];
  const { now } = cost;
  if (!picked || !now) {
    return null;
  }
  const wanted: Wanted = { row, now, choice: picked.choice, calls_per_month: calls };
  return (
    <div className="smnb-switch">
      <Button
        kind="ghost"
        icon="switch"
        disabled={row.status !== 'InService' || deed.pressed}
        busy={deed.busy && t('Switching…')}
        title={t('To %1', picked.title)}
        onClick={() => deed.run(...apply(host, wanted))}
      >
        {t('Switch to real-time…')}
      </Button>
      <p className="smnb-small smnb-quiet">{oneWay(t)}</p>
      {deed.problem && <ProblemNotice problem={deed.problem} />}
    </div>
  );
}

function Instances(props: Choices): React.ReactElement {
  const { t } = useHost();
  const { row, cost, chosen, onChoose } = props;
  const name = useId('compute');
  const { alternatives, now_usd_per_month } = cost;
  const cheaper = alternatives.every(
    one =>
      one.usd_per_month === null ||
      (now_usd_per_month !== null && one.usd_per_month < now_usd_per_month)
  );
  const title = cheaper ? t('Cheaper choices') : t('Other choices');
  const reasons = new Set(
    alternatives.filter(one => !one.possible && one.why_not).map(one => one.why_not)
  );
  const wanted = wantedOf(props);
  return (
    <>
      <Paid cost={cost} row={row} />
      <PeakMemory cost={cost} />
      <section className="smnb-section">
        <Heading title={title} />
        {alternatives.length === 0 && (
          <p className="smnb-small smnb-quiet">{t('None is known.')}</p>
        )}
        <AlternativeList
          label={title}
          options={alternatives}
          name={name}
          chosen={chosen}
          onChoose={onChoose}
        />
        {[...reasons].map(reason => (
          <Notice key={reason} kind="info">
            {reason}
          </Notice>
        ))}
      </section>
      {wanted && <ApplyBar key={keyOf(chosen)} wanted={wanted} onUndo={props.onUndo} />}
    </>
  );
}

function Heading(props: { title: string }): React.ReactElement {
  const { t } = useHost();
  return (
    <div className="smnb-flex">
      <h3 className="smnb-heading">{props.title}</h3>
      <span className="smnb-right smnb-small smnb-quiet">{t('a month')}</span>
    </div>
  );
}

const isRealtime = (option: Alternative): boolean =>
  option.possible && option.choice.kind === 'realtime';

/** What Apply would do; null while what is chosen is what it runs on. */
function wantedOf(choices: Choices): Wanted | null {
  const { row, cost, calls, chosen } = choices;
  const { now } = cost;
  if (!now || !chosen || keyOf(now) === keyOf(chosen)) {
    return null;
  }
  return { row, now, choice: chosen, calls_per_month: calls };
}
