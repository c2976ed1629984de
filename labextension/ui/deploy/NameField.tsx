import * as React from 'react';

import { useHost } from '../host';
import { useId } from '../parts';

/** The endpoint's name, and why it cannot be taken. */
export function NameField(props: {
  name: string;
  error: string;
  onName: (name: string) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { name, error, onName } = props;
  const id = useId('name');
  return (
    <div className="smnb-deploy-field">
      <label className="smnb-heading" htmlFor={id}>
        {t('Name')}
      </label>
      <span className="smnb-field">
        <input
          id={id}
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={name}
          aria-invalid={error !== '' || undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={event => onName(event.target.value)}
        />
      </span>
      {error && (
        <p className="smnb-small smnb-field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
