import * as React from 'react';

import { ofLab, useHost, type Host } from '../host';
import { anchorOf, Icon, type Anchor } from '../parts';
import type { Target } from '../shapes';
import type { Head } from '../store';

/** Where the endpoints live; AWS, which costs, is outlined. A press offers others. */
export function TargetBadge(props: {
  head: Head;
  onSwitch: (target: string | null, label: string) => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const targets = ofLab(host.targets);
  const { head, onSwitch } = props;
  const { target } = head;
  const [anchor, setAnchor] = React.useState<Anchor | null>(null);
  const close = React.useCallback(() => setAnchor(null), []);
  const className = `smnb-badge smnb-badge-${target.kind}`;
  const title = tooltip(t, target);
  const pill = (
    <span className="smnb-badge-pill">
      <b>{target.kind === 'aws' ? t('AWS') : t('local')}</b>
      <span className="smnb-ellipsis">{place(t, target)}</span>
      {targets && <Icon name="chevron" size={10} />}
    </span>
  );
  return targets ? (
    <>
      <button
        type="button"
        className={className}
        title={title}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={event => setAnchor(anchorOf(event.currentTarget))}
      >
        {pill}
      </button>
      {anchor && (
        <targets.Menu head={head} anchor={anchor} onSwitch={onSwitch} onClose={close} />
      )}
    </>
  ) : (
    <span className={className} title={title}>
      {pill}
    </span>
  );
}

/** `work · us-east-1`; `as us-east-1` for the local backend, which stands in for it. */
export function place(t: Host['t'], target: Target): string {
  if (target.kind === 'local') {
    return target.region === null ? '' : t('as %1', target.region);
  }
  return [target.profile, target.region].filter(Boolean).join(' · ');
}

function tooltip(t: Host['t'], target: Target): string {
  if (target.kind === 'local') {
    return t('The local backend: on this machine, free');
  }
  return [
    t('AWS'),
    target.profile && t('profile %1', target.profile),
    target.region,
    target.account_last4 && t('account ending %1', target.account_last4)
  ]
    .filter(Boolean)
    .join(', ');
}
