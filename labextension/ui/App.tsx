// Which view: the list, one endpoint, or the form of a deploy.

import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { VisibleContext } from './clock';
import { Detail, type TabId } from './detail/Detail';
import { HostContext, ofLab, type Host } from './host';
import { EndpointList } from './list/EndpointList';
import { LiveRegion } from './LiveRegion';
import { useFocusKept } from './useFocusKept';
import { useVisible } from './visible';

export type View =
  | { view: 'list' }
  | { view: 'endpoint'; name: string; tab?: TabId }
  | { view: 'deploy'; path?: string };

const LIST: View = { view: 'list' };

/** The UI; a new `start` goes there. `wide`: it is in the main area already. */
export function App(props: {
  host: Host;
  start: View;
  wide?: boolean;
}): React.ReactElement {
  const { host, start, wide = false } = props;
  const [view, setView] = React.useState(start);
  React.useEffect(() => setView(start), [start]);
  const ref = React.useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  useFocusKept(ref, '.smnb-view:not([hidden]) button', view);
  const back = React.useCallback(() => setView(LIST), []);
  const open = React.useCallback(
    (name: string, tab?: TabId) =>
      setView({ view: 'endpoint', name, ...(tab && { tab }) }),
    []
  );
  const DeployForm = ofLab(host.DeployForm);
  const toForm = React.useCallback(
    (path?: string) =>
      setView(path === undefined ? { view: 'deploy' } : { view: 'deploy', path }),
    []
  );
  const deploy = DeployForm ? toForm : null;
  return (
    <HostContext.Provider value={host}>
      <VisibleContext.Provider value={visible}>
        <div
          ref={ref}
          className="smnb"
          role="group"
          aria-label={host.t('SageMaker endpoints')}
        >
          {/* The list stays, so that Back leads to the same row at the same place. */}
          <EndpointList hidden={view.view !== 'list'} onOpen={open} onDeploy={deploy} />
          {view.view === 'endpoint' && (
            <Detail
              key={view.name}
              name={view.name}
              tab={view.tab}
              wide={wide}
              takesFocus={view !== start}
              onOpen={open}
              onBack={back}
              onDeploy={deploy}
            />
          )}
          {view.view === 'deploy' && DeployForm && (
            <DeployForm key={view.path ?? ''} path={view.path} onBack={back} />
          )}
          <LiveRegion />
        </div>
      </VisibleContext.Provider>
    </HostContext.Provider>
  );
}

/** The UI in an element of the page. */
export interface Mounted {
  /** Goes to another view. */
  show(view: View): void;
  unmount(): void;
}

/** Puts the UI into an element. */
export function mount(el: HTMLElement, host: Host, start: View, wide = false): Mounted {
  const root = createRoot(el);
  const show = (view: View) =>
    root.render(<App host={host} start={{ ...view }} wide={wide} />);
  show(start);
  return { show, unmount: () => root.unmount() };
}
