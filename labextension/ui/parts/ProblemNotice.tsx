import * as React from 'react';

import { useHost } from '../host';
import type { Problem } from '../shapes';
import { Button } from './Button';
import { Notice } from './Notice';

/** A command that failed: what happened, what to copy, and to try again. */
export function ProblemNotice(props: {
  problem: Problem;
  onRetry?: () => void;
  /** Puts it away. */
  onClose?: () => void;
}): React.ReactElement {
  const host = useHost();
  const { problem, onRetry, onClose } = props;
  const { copy } = problem;
  const actions = (
    <>
      {copy !== null && (
        <Button onClick={() => host.copy(copy)}>{host.t('Copy')}</Button>
      )}
      {onRetry && <Button onClick={onRetry}>{host.t('Try again')}</Button>}
      {onClose && <Button onClick={onClose}>{host.t('Close')}</Button>}
    </>
  );
  return (
    <Notice
      kind="error"
      alert
      actions={copy !== null || onRetry || onClose ? actions : undefined}
    >
      <b>{problem.title}.</b> {problem.text}
    </Notice>
  );
}
