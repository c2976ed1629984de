import * as React from 'react';

import { useHost } from '../host';
import { useId } from '../parts';

const USUAL = ['application/json', 'text/csv', 'text/plain'];

/** Text to send, and as what. */
export function TextSource(props: {
  text: string;
  content_type: string | null;
  accepts: string[] | null;
  onChange: (text: string, content_type: string | null) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { text, content_type, accepts, onChange } = props;
  const id = useId('type');
  const declared = accepts?.filter(type => /json|csv|text|xml/.test(type)) ?? [];
  const types = declared.length ? declared : USUAL;
  return (
    <>
      <textarea
        className="smnb-text"
        aria-label={t('Text to send')}
        rows={5}
        spellCheck={false}
        value={text}
        onChange={event => onChange(event.target.value, content_type)}
      />
      <div className="smnb-flex smnb-small">
        <label htmlFor={id} className="smnb-quiet">
          {t('sent as')}
        </label>
        <span className="smnb-field smnb-grow">
          <select
            id={id}
            value={content_type ?? ''}
            onChange={event => onChange(text, event.target.value || null)}
          >
            <option value="">{t('what it looks like')}</option>
            {types.map(type => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
          </select>
        </span>
      </div>
    </>
  );
}
