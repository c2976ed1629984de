// Asks before something that destroys or bills, in a dialog of JupyterLab.

import { Dialog, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import type { Host, Question } from '../ui/host';
import { QuestionBody } from '../ui/parts/QuestionBody';

/** JupyterLab itself looks whether all is valid only once something was typed. */
const validate = (body: HTMLElement | null): void => {
  body?.dispatchEvent(new Event('input', { bubbles: true }));
};

/** Resolves to whether the user agreed; Cancel has the focus. */
export async function confirmInLab(question: Question, t: Host['t']): Promise<boolean> {
  const act = question.destroys ? Dialog.warnButton : Dialog.okButton;
  const result = await showDialog({
    title: question.title,
    body: (
      <div className="smnb-ask" ref={validate}>
        <QuestionBody question={question} t={t} />
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: t('Cancel') }),
      act({ label: question.deed })
    ],
    defaultButton: 0,
    focusNodeSelector: 'input'
  });
  return result.button.accept;
}
