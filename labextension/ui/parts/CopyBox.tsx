import * as React from 'react';

import { useHost } from '../host';
import { IconButton } from './Button';

/** Text to copy, as it is: a command, code, a policy. */
export function CopyBox(props: { text: string }): React.ReactElement {
  const host = useHost();
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    if (copied) {
      const timer = setTimeout(() => setCopied(false), 2000);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [copied]);
  return (
    <div className="smnb-copy-box">
      <code>{props.text}</code>
      <IconButton
        icon={copied ? 'check' : 'copy'}
        label={copied ? host.t('Copied') : host.t('Copy')}
        onClick={() => {
          host.copy(props.text);
          setCopied(true);
        }}
      />
    </div>
  );
}
