import * as React from 'react';

import { useHost } from '../host';
import { Button } from '../parts';
import { piecesOf } from './json';

/** The answer as text to read, to copy, and the code that asks for it. */
export function AnswerText(props: {
  text: string;
  content_type: string;
  truncated: boolean;
  code: string | null;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { text, content_type, truncated, code } = props;
  const isJson = /json/.test(content_type) || /^\s*[[{]/.test(text);
  const pieces = React.useMemo(() => piecesOf(text, isJson), [text, isJson]);
  return (
    <section className="smnb-section">
      <div className="smnb-flex smnb-answer-head">
        <h3 className="smnb-heading">{isJson ? t('JSON') : t('Text')}</h3>
        <span className="smnb-right smnb-flex smnb-tight">
          <Button kind="ghost" onClick={() => host.copy(text)}>
            {t('Copy')}
          </Button>
          {code && (
            <Button kind="ghost" onClick={() => host.code.give(code)}>
              {host.code.label}
            </Button>
          )}
        </span>
      </div>
      {/* It scrolls, so it can be reached with the keyboard. */}
      <pre className="smnb-answer-text" tabIndex={0} aria-label={t('Answer')}>
        {pieces.map((piece, i) =>
          piece.kind === 'plain' ? (
            piece.text
          ) : (
            <span key={i} className={`smnb-json-${piece.kind}`}>
              {piece.text}
            </span>
          )
        )}
      </pre>
      {truncated && (
        <p className="smnb-small smnb-quiet">
          {t('Cut off: a call in the notebook has all of it.')}
        </p>
      )}
    </section>
  );
}
