import * as React from 'react';

import { useAsked } from '../answer';
import { useHost, type VariableSourceProps } from '../host';
import { Link, ProblemNotice } from '../parts';

/** A variable of the active notebook; it is sent by the kernel, where it lives. */
export function VariableSource(props: VariableSourceProps): React.ReactElement {
  const { t } = useHost();
  const { kernel, variable, onChange } = props;
  const { result, problem, asking, retry } = useAsked(
    () => kernel.variables(),
    'variables',
    'variables'
  );
  if (problem) {
    return <ProblemNotice problem={problem} onRetry={retry} />;
  }
  return (
    <>
      <span className="smnb-field">
        <select
          aria-label={t('Variable to send')}
          value={variable ?? ''}
          onChange={event => onChange(event.target.value || null)}
        >
          <option value="">
            {asking ? t('Reading the variables…') : t('Choose a variable')}
          </option>
          {result?.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </span>
      <div className="smnb-small smnb-quiet smnb-variables-foot">
        {result?.length === 0 && !asking
          ? t('The notebook has no variable that could be sent.')
          : t('Sent by the notebook’s kernel.')}{' '}
        <Link onClick={retry}>{t('Read again')}</Link>
      </div>
    </>
  );
}
