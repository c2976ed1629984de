import * as React from 'react';

import { CostView } from '../cost/CostView';
import { useHost } from '../host';
import { panelId, tabId, Tabs, useId } from '../parts';
import { rowNamed, useStore } from '../store';
import { TestView } from '../test/TestView';
import { DetailHeader } from './DetailHeader';
import { Logs } from './Logs';
import { Metrics } from './Metrics';
import { Settings } from './Settings';

export type TabId = 'cost' | 'test' | 'metrics' | 'logs' | 'settings';

/** One endpoint: what it is, and its tabs. */
export function Detail(props: {
  name: string;
  tab: TabId | undefined;
  wide: boolean;
  onTab: (tab: TabId) => void;
  onBack: () => void;
  onDeploy: (path?: string) => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { name, tab = 'cost', onBack } = props;
  const row = rowNamed(useStore(host), name);
  const id = useId('detail');
  const tabs: { id: TabId; label: string }[] = [
    { id: 'cost', label: t('Cost') },
    { id: 'test', label: t('Test') },
    { id: 'metrics', label: t('Metrics') },
    { id: 'logs', label: t('Logs') },
    { id: 'settings', label: t('Settings') }
  ];
  return (
    <div className="smnb-view">
      <DetailHeader name={name} row={row} wide={props.wide} onBack={onBack}>
        {row && (
          <Tabs id={id} label={name} tabs={tabs} active={tab} onChange={props.onTab} />
        )}
      </DetailHeader>
      {row && (
        <div
          className="smnb-scroll"
          role="tabpanel"
          id={panelId(id)}
          aria-labelledby={tabId(id, tab)}
        >
          {tab === 'cost' && <CostView row={row} />}
          {tab === 'test' && <TestView row={row} />}
          {tab === 'metrics' && <Metrics row={row} />}
          {tab === 'logs' && <Logs row={row} />}
          {tab === 'settings' && <Settings row={row} onDeploy={props.onDeploy} />}
        </div>
      )}
    </div>
  );
}
