import * as React from 'react';

import { useAnswer, useDeed } from '../answer';
import { AlternativeList } from '../cost/AlternativeList';
import { MemoryLadder } from '../cost/MemoryLadder';
import { PriceSource } from '../cost/PriceSource';
import { keyOf } from '../cost/words';
import { useHost } from '../host';
import { place } from '../list/TargetBadge';
import { Button, IconButton, ProblemNotice, useId } from '../parts';
import type { Choice, Cost, DeployForm, Target } from '../shapes';
import { useStore } from '../store';
import { deployQuestion } from './deploying';
import { Lifetime } from './Lifetime';
import { ModelField } from './ModelField';
import { NameField } from './NameField';
import { OptionList } from './OptionList';
import { QuoteBox } from './QuoteBox';

/** What was filled in; null takes what the SDK suggests. */
interface Filled {
  path: string;
  name: string | null;
  choice: Choice | null;
  calls_per_month: number | null;
  twin: boolean;
  ttl: string | null;
}

/** Nothing that costs is left behind by default. */
const FIRST = {
  name: null,
  choice: null,
  calls_per_month: null,
  twin: false,
  ttl: '2h'
};

/** A model to deploy: what it is, how it runs, what that costs; then Deploy. */
export function DeployView(props: {
  path?: string | undefined;
  onBack: () => void;
}): React.ReactElement {
  const { onBack } = props;
  const { head } = useStore(useHost());
  const [filled, setFilled] = React.useState<Filled>({
    ...FIRST,
    path: props.path ?? ''
  });
  const change = (part: Partial<Filled>) => setFilled(old => ({ ...old, ...part }));
  const target = head?.target ?? null;
  const {
    result: form,
    problem,
    asking,
    retry
  } = useAnswer('form', filled.path ? { ...filled } : null, filled.path, target?.name);
  // Where there is no model at all there is nothing to choose.
  const isModel = form?.checks.some(check => check.ok) ?? false;
  return (
    <div
      className="smnb-view"
      onKeyDown={event => {
        if (event.key === 'Escape' && !event.defaultPrevented) {
          event.stopPropagation();
          onBack();
        }
      }}
    >
      <Header target={target} onBack={onBack} />
      <div className="smnb-scroll smnb-deploy">
        <section className="smnb-section">
          <ModelField
            path={filled.path}
            form={form}
            asking={asking}
            onPath={path => change({ ...FIRST, path, ttl: filled.ttl })}
          />
          {problem && <ProblemNotice problem={problem} onRetry={retry} />}
          {form && isModel && (
            <NameField
              name={filled.name ?? form.name}
              error={filled.name === null || !asking ? form.name_error : ''}
              onName={name => change({ name })}
            />
          )}
        </section>
        {form && isModel && target && (
          <Rest
            form={form}
            filled={filled}
            target={target}
            asking={asking}
            onChange={change}
            onBack={onBack}
          />
        )}
      </div>
    </div>
  );
}

/** Back, and where it goes; the target itself is changed in the list. */
function Header(props: {
  target: Target | null;
  onBack: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const { target, onBack } = props;
  return (
    <header className="smnb-detail-header smnb-deploy-header">
      <div className="smnb-detail-line">
        <IconButton icon="back" label={t('Back to all endpoints')} onClick={onBack} />
        <h2 className="smnb-nowrap">{t('Deploy to')}</h2>
        {target && (
          <span className={`smnb-badge-${target.kind} smnb-deploy-target`}>
            <span className="smnb-badge-pill" title={place(t, target)}>
              <b>{target.kind === 'aws' ? t('AWS') : t('local')}</b>
              <span className="smnb-ellipsis">{place(t, target)}</span>
            </span>
          </span>
        )}
      </div>
    </header>
  );
}

function Rest(props: {
  form: DeployForm;
  filled: Filled;
  target: Target;
  asking: boolean;
  onChange: (part: Partial<Filled>) => void;
  onBack: () => void;
}): React.ReactElement {
  const { t } = useHost();
  const { form, filled, onChange } = props;
  // What was just chosen, before the server has priced it.
  const chosen = filled.choice ?? form.choice;
  const onChoose = (choice: Choice) => onChange({ choice });
  return (
    <>
      <section className="smnb-section">
        <h3>{t('How it runs')}</h3>
        <OptionList
          options={form.options}
          chosen={chosen}
          chosen_usd_per_month={
            keyOf(form.choice) === keyOf(chosen) ? form.usd_per_month : undefined
          }
          onChoose={onChoose}
        />
      </section>
      <Compute cost={form.cost} choice={chosen} onChoose={onChoose} />
      <Lifetime
        ttl={filled.ttl}
        onTtl={ttl => onChange({ ttl })}
        twin={chosen.kind === 'async' ? null : filled.twin}
        onTwin={twin => onChange({ twin })}
      />
      <Deploy {...props} />
    </>
  );
}

/** Which memory, or which instance. */
function Compute(props: {
  cost: Cost;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}): React.ReactElement | null {
  const { t } = useHost();
  const { cost, choice, onChoose } = props;
  const name = useId('compute');
  if (choice.kind === 'serverless') {
    return (
      <section className="smnb-section">
        <h3>{t('Memory')}</h3>
        <MemoryLadder cost={cost} name={name} chosen={choice} onChoose={onChoose} />
        <p className="smnb-small smnb-quiet smnb-measure">
          {cost.peak?.source ??
            t('No peak was measured yet: it is, with the first requests.')}
        </p>
      </section>
    );
  }
  const options = cost.alternatives.filter(one => one.choice.kind === choice.kind);
  return options.length === 0 ? null : (
    <section className="smnb-section">
      <h3>{t('Instance')}</h3>
      <AlternativeList
        label={t('Instance')}
        options={options}
        name={name}
        chosen={choice}
        onChoose={onChoose}
      />
    </section>
  );
}

/** The quote, and right below it the button. */
function Deploy(props: {
  form: DeployForm;
  filled: Filled;
  target: Target;
  asking: boolean;
  onChange: (part: Partial<Filled>) => void;
  onBack: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t, code } = host;
  const { form, filled, target, asking, onBack } = props;
  const deed = useDeed();
  const ask = async (): Promise<boolean> => {
    const question = deployQuestion(t, form, target, filled.ttl);
    return question === null || host.confirm(question);
  };
  const deploy = async (): Promise<void> => {
    const { path, name, choice } = form;
    const { twin, ttl } = filled;
    await host.command('deploy', { path, name, choice, twin, ttl });
    onBack();
  };
  return (
    <div className="smnb-deploy-foot">
      <QuoteBox
        form={form}
        onCalls={calls_per_month => props.onChange({ calls_per_month })}
      />
      <PriceSource source={form.cost.source} />
      <p className="smnb-small smnb-quiet">
        {t('Nothing is created before you press Deploy.')}
      </p>
      {deed.problem && <ProblemNotice problem={deed.problem} />}
      <div className="smnb-flex smnb-wrap smnb-large-buttons">
        <Button
          kind="primary"
          disabled={!form.ready || asking || deed.pressed}
          busy={deed.busy && t('Deploying…')}
          title={form.ready ? undefined : t('Something above has to be mended first.')}
          onClick={() => deed.run(deploy, ask)}
        >
          {target.kind === 'aws' ? t('Deploy to AWS') : t('Deploy locally')}
        </Button>
        <Button kind="ghost" title={code.label} onClick={() => code.give(form.code)}>
          {t('As code')}
        </Button>
      </div>
    </div>
  );
}
