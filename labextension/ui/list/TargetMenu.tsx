// The places whose endpoints can be shown; a cell shows that of its session alone.

import * as React from 'react';

import { useHost, type Host, type TargetMenuProps } from '../host';
import { Menu, type MenuItem } from '../parts';
import type { Target } from '../shapes';
import { place } from './TargetBadge';

/** The notebook's place, and all others. */
export function TargetMenu(props: TargetMenuProps): React.ReactElement {
  const { t } = useHost();
  const { head, anchor, onSwitch, onClose } = props;
  const { target, targets, follows_kernel } = head;
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
  return <Menu label={t('Target')} items={items} anchor={anchor} onClose={onClose} />;
}

function fullName(t: Host['t'], target: Target): string {
  const kind = target.kind === 'aws' ? t('AWS') : t('local');
  return `${kind} ${place(t, target)}`.trim();
}

/** Shows another target (null: the notebook's); asks first while something runs. */
export async function switchTarget(
  host: Pick<Host, 't' | 'confirm' | 'command'>,
  target: string | null,
  label: string,
  running: number
): Promise<void> {
  const { t } = host;
  const agreed =
    running === 0 ||
    (await host.confirm({
      title: t('Switch to %1?', label),
      text: [
        running === 1
          ? t('A job still runs here. It goes on, and this list no longer shows it.')
          : t(
              '%1 jobs still run here. They go on, and this list no longer shows them.',
              running
            )
      ],
      deed: t('Switch')
    }));
  if (agreed) {
    await host.command('set_target', { target });
  }
}
