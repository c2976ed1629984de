import * as React from 'react';

import { useAsked } from '../answer';
import { useHost, type Host, type VariableSourceProps } from '../host';
import { Link, ProblemNotice } from '../parts';

/** Offers the variables that `read` finds in the active notebook. */
export function variableSource(
  read: () => Promise<string[]>
): NonNullable<Host['VariableSource']> {
  return props => <VariableSource {...props} read={read} />;
}

/** A variable of the active notebook; it is sent by the kernel, where it lives. */
function VariableSource(
  props: VariableSourceProps & { read: () => Promise<string[]> }
): React.ReactElement {
  const { t } = useHost();
  const { read, variable, onChange } = props;
  const { result, problem, asking, retry } = useAsked(read, 'variables', 'variables');
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
