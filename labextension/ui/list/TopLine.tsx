import * as React from 'react';

import { ofLab, useHost } from '../host';
import { anchorOf, IconButton, Menu, type Anchor, type MenuItem } from '../parts';
import type { Head } from '../store';
import { TargetBadge } from './TargetBadge';

/** The badge, and what can be done with the whole list. */
export function TopLine(props: {
  head: Head;
  off: boolean;
  menu: readonly MenuItem[];
  onSwitch: (target: string | null, label: string) => void;
  onDeploy: (() => void) | null;
}): React.ReactElement {
  const { t } = useHost();
  const onDeploy = ofLab(props.onDeploy);
  const [anchor, setAnchor] = React.useState<Anchor | null>(null);
  const close = React.useCallback(() => setAnchor(null), []);
  return (
    <div className="smnb-top-line">
      <TargetBadge head={props.head} onSwitch={props.onSwitch} />
      <span className="smnb-top-icons">
        {onDeploy && (
          <IconButton
            icon="plus"
            label={t('Deploy a model')}
            disabled={props.off}
            onClick={onDeploy}
          />
        )}
        <IconButton
          icon="more"
          label={t('More')}
          menu
          expanded={anchor !== null}
          onClick={event => setAnchor(anchorOf(event.currentTarget))}
        />
      </span>
      {ofLab(!props.head.follows_kernel) && (
        <span className="smnb-badge-note smnb-small smnb-quiet smnb-nowrap">
          {t("not the notebook's")}
        </span>
      )}
      {anchor && (
        <Menu label={t('More')} items={props.menu} anchor={anchor} onClose={close} />
      )}
    </div>
  );
}
