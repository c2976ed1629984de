import * as React from 'react';
import { createRoot } from 'react-dom/client';

import type { Host, Question } from '../host';
import { Button } from './Button';
import { QuestionBody } from './QuestionBody';

/** A question over the page, where the place has no dialogs of its own. */
function Dialog(props: {
  question: Question;
  t: Host['t'];
  onAnswer: (agreed: boolean) => void;
}): React.ReactElement {
  const { question, t, onAnswer } = props;
  const [isValid, setIsValid] = React.useState(question.typed === undefined);
  const ref = React.useRef<HTMLDialogElement>(null);
  React.useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    const first = question.typed === undefined ? '[data-cancel] button' : 'input';
    dialog?.querySelector<HTMLElement>(first)?.focus();
    return () => dialog?.close();
  }, [question]);
  return (
    <dialog
      ref={ref}
      className="smnb-dialog"
      aria-label={question.title}
      onCancel={event => {
        event.preventDefault();
        onAnswer(false);
      }}
      onInput={event => setIsValid(!event.currentTarget.querySelector(':invalid'))}
    >
      <h3>{question.title}</h3>
      <QuestionBody question={question} t={t} />
      <div className="smnb-dialog-buttons">
        <span data-cancel>
          <Button kind="plain" onClick={() => onAnswer(false)}>
            {t('Cancel')}
          </Button>
        </span>
        <Button
          kind={question.destroys ? 'danger' : 'primary'}
          disabled={!isValid}
          onClick={() => onAnswer(true)}
        >
          {question.deed}
        </Button>
      </div>
    </dialog>
  );
}

/** Asks over the page of `el`; resolves to whether the user agreed. */
export function ask(
  el: HTMLElement,
  question: Question,
  t: Host['t']
): Promise<boolean> {
  const place = el.ownerDocument.createElement('div');
  place.className = 'smnb-place';
  el.append(place);
  const root = createRoot(place);
  return new Promise(resolve => {
    root.render(
      <Dialog
        question={question}
        t={t}
        onAnswer={agreed => {
          root.unmount();
          place.remove();
          resolve(agreed);
        }}
      />
    );
  });
}
