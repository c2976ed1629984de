import * as React from 'react';

import { useHost, type Host } from '../host';
import { anchorOf, Icon, Menu, type Anchor, type MenuItem } from '../parts';
import type { Target } from '../shapes';
import type { Head } from '../store';

/** Where the endpoints live; AWS, which costs, is outlined. A press offers the others. */
export function TargetBadge(props: {
  head: Head;
  onSwitch: (target: string | null, label: string) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { head, onSwitch } = props;
  const { target, targets, follows_kernel } = head;
  const [anchor, setAnchor] = React.useState<Anchor | null>(null);
  const close = React.useCallback(() => setAnchor(null), []);
  const others = follows_kernel ? '' : t("not the notebook's");
  const items: MenuItem[] = [
    {
      label: t("The notebook's"),
      hint: t('follows what the kernel uses'),
      checked: follows_kernel,
      onSelect: () => onSwitch(null, t("the notebook's target"))
    },
    ...targets.map((choice, index) => ({
      label: fullName(t, choice),
      checked: !follows_kernel && choice.name === target.name,
      divided: index === 0,
      onSelect: () => onSwitch(choice.name, fullName(t, choice))
    }))
  ];
  return (
    <>
      <button
        type="button"
        className={`smnb-badge smnb-badge-${target.kind}`}
        title={[tooltip(t, target), others].filter(Boolean).join('. ')}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={event => setAnchor(anchorOf(event.currentTarget))}
      >
        <span className="smnb-badge-pill">
          <b>{target.kind === 'aws' ? t('AWS') : t('local')}</b>
          <span className="smnb-ellipsis">
            {place(t, target)}
            {others && <i className="smnb-not-narrow"> · {others}</i>}
          </span>
          <Icon name="chevron" size={10} />
        </span>
      </button>
      {anchor && (
        <Menu label={t('Target')} items={items} anchor={anchor} onClose={close} />
      )}
    </>
  );
}

/** `work · us-east-1`; `as us-east-1` for the local backend, which stands in for it. */
export function place(t: Host['t'], target: Target): string {
  if (target.kind === 'local') {
    return target.region === null ? '' : t('as %1', target.region);
  }
  return [target.profile, target.region].filter(Boolean).join(' · ');
}

function fullName(t: Host['t'], target: Target): string {
  const kind = target.kind === 'aws' ? t('AWS') : t('local');
  return `${kind} ${place(t, target)}`.trim();
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
