import * as React from 'react';

import { useDeed } from '../answer';
import { CostView } from '../cost/CostView';
import { useHost } from '../host';
import { stopJob } from '../list/deeds';
import { useRowActions } from '../list/useRowActions';
import { Button, panelId, ProblemNotice, tabId, Tabs, useId } from '../parts';
import type { Row } from '../shapes';
import { rowNamed, useStore } from '../store';
import { TestView } from '../test/TestView';
import { DetailHeader } from './DetailHeader';
import { Logs } from './Logs';
import { Metrics } from './Metrics';
import { Settings } from './Settings';
import { Trouble } from './Trouble';

export type TabId = 'cost' | 'test' | 'metrics' | 'logs' | 'settings';

/** One endpoint: what it is, and its tabs. */
export function Detail(props: {
  name: string;
  tab: TabId | undefined;
  wide: boolean;
  /** Whether the user just came here, so that the focus comes too. */
  takesFocus: boolean;
  onOpen: (name: string, tab?: TabId) => void;
  onBack: () => void;
  onDeploy: ((path?: string) => void) | null;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { name, tab = 'cost', onBack, onOpen } = props;
  const state = useStore(host);
  const row = rowNamed(state, name);
  const off = state.link.state === 'lost';
  const deed = useDeed();
  const [asTable, setAsTable] = React.useState(false);
  const id = useId('detail');
  const actions = useRowActions({ head: state.head, deed, ways: props });
  const job = state.head?.jobs.find(
    each => each.endpoint === name && each.state === 'running'
  );
  const backRef = useFocusOnce(props.takesFocus);
  const tabs: { id: TabId; label: string }[] = [
    { id: 'cost', label: t('Cost') },
    { id: 'test', label: t('Test') },
    { id: 'metrics', label: t('Metrics') },
    { id: 'logs', label: t('Logs') },
    { id: 'settings', label: t('Settings') }
  ];
  return (
    <div
      className={off ? 'smnb-view smnb-stale' : 'smnb-view'}
      onKeyDown={event => {
        // What closes by Esc itself (a menu, a filled filter) stops the event.
        if (event.key === 'Escape' && !event.defaultPrevented) {
          event.stopPropagation();
          onBack();
        }
      }}
    >
      <DetailHeader
        name={name}
        row={row}
        wide={props.wide}
        off={off}
        deed={deed}
        actions={actions}
        menu={
          tab === 'metrics'
            ? [
                {
                  label: asTable ? t('Show charts') : t('Show as table'),
                  onSelect: () => setAsTable(!asTable)
                }
              ]
            : []
        }
        onStop={job?.can_stop ? () => deed.run(() => stopJob(host, job)) : null}
        backRef={backRef}
        onBack={onBack}
      >
        {row && (
          <Tabs
            id={id}
            label={name}
            tabs={tabs}
            active={tab}
            onChange={next => onOpen(name, next)}
          />
        )}
      </DetailHeader>
      {deed.problem && <ProblemNotice problem={deed.problem} onClose={deed.forget} />}
      {row ? (
        <div
          className="smnb-scroll"
          role="tabpanel"
          id={panelId(id)}
          aria-labelledby={tabId(id, tab)}
        >
          <Trouble row={row} />
          <TabContent
            tab={tab}
            row={row}
            asTable={asTable}
            actions={actions}
            off={off}
          />
        </div>
      ) : (
        <div className="smnb-empty" role="status">
          {state.head ? t('%1 is gone.', name) : t('Connecting…')}
          {state.head && <Button onClick={onBack}>{t('Back to all endpoints')}</Button>}
        </div>
      )}
    </div>
  );
}

function TabContent(props: {
  tab: TabId;
  row: Row;
  asTable: boolean;
  off: boolean;
  actions: ReturnType<typeof useRowActions>;
}): React.ReactElement {
  const { tab, row, actions, off } = props;
  switch (tab) {
    case 'cost':
      return <CostView row={row} />;
    case 'test':
      return <TestView row={row} />;
    case 'metrics':
      return <Metrics row={row} asTable={props.asTable} />;
    case 'logs':
      return <Logs row={row} />;
    case 'settings':
      return <Settings row={row} off={off} actions={actions} />;
  }
}

/** Moves the focus to the first button of an element when it appears. */
function useFocusOnce(wanted: boolean): React.RefObject<HTMLSpanElement> {
  const ref = React.useRef<HTMLSpanElement>(null);
  const first = React.useRef(wanted);
  React.useEffect(() => {
    if (first.current) {
      first.current = false;
      ref.current?.querySelector('button')?.focus({ preventScroll: true });
    }
  }, []);
  return ref;
}
