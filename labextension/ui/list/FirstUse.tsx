import * as React from 'react';

import { ofLab, useHost } from '../host';
import { Button, Icon } from '../parts';
import type { Target } from '../shapes';

const CODE = 'import smnb\nep = smnb.deploy("model/")';

/** An empty list: how to get a first endpoint. */
export function FirstUse(props: {
  target: Target;
  off: boolean;
  onDeploy: (() => void) | null;
  onDemo: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { target, off } = props;
  const onDeploy = ofLab(props.onDeploy);
  const local = target.kind === 'local';
  return (
    <div className="smnb-empty">
      <span className="smnb-quiet">
        <Icon name="cube" size={28} />
      </span>
      <div>
        <b>{t('No endpoints yet')}</b>
        <p className="smnb-quiet smnb-small">
          {local
            ? t(
                'The local target runs models on this machine, free and without an AWS account.'
              )
            : t(
                'Nothing is deployed with this profile in this region, so nothing costs.'
              )}
        </p>
      </div>
      <div className="smnb-flex smnb-wrap">
        {onDeploy && (
          <Button kind="primary" disabled={off} onClick={onDeploy}>
            {t('Deploy a model…')}
          </Button>
        )}
        {local && (
          <Button disabled={off} onClick={props.onDemo}>
            {t('Try the demo')}
          </Button>
        )}
      </div>
      <div>
        <p className="smnb-quiet smnb-small">{t('Or in a cell:')}</p>
        <pre className="smnb-code">
          <span className="smnb-keyword">import</span> smnb{'\n'}
          ep = smnb.deploy(<span className="smnb-string">"model/"</span>)
        </pre>
        <Button kind="ghost" icon="code" onClick={() => host.code.give(CODE)}>
          {host.code.label}
        </Button>
      </div>
    </div>
  );
}
