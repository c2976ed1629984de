import * as React from 'react';

import type { Host, Question } from '../host';
import { literal } from './literal';

/** What a dialog says before something that destroys or bills. */
export function QuestionBody(props: {
  question: Question;
  t: Host['t'];
}): React.ReactElement {
  const { text, rows, notes, typed } = props.question;
  return (
    <div className="smnb-question">
      {text?.map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
      {rows && (
        <div className="smnb-question-rows">
          {rows.map((row, index) => (
            <div key={index}>
              <span>{row.label}</span>
              {row.before === undefined ? (
                <span className="smnb-quiet">{row.value}</span>
              ) : (
                <span>
                  {row.before} → <b>{row.value}</b>
                </span>
              )}
            </div>
          ))}
        </div>
      )}
      {notes?.map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
      {typed !== undefined && (
        <label>
          {props.t('Type %1 to go on:', typed)}
          {/* Not valid until it is that text: so long the deed's button is disabled. */}
          <input
            required
            pattern={literal(typed)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      )}
    </div>
  );
}
