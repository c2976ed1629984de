import * as React from 'react';

import { Announcer, statusChanges, type Message } from './announce';
import { useHost } from './host';
import type { Row } from './shapes';
import { useStore } from './store';

/** Tells changes of status to a screen reader. */
export function LiveRegion(): React.ReactElement {
  const host = useHost();
  const { head, rows } = useStore(host);
  const target = head?.target.name;
  const [said, setSaid] = React.useState<Message | null>(null);
  const announcer = React.useRef<Announcer>();
  const before = React.useRef<{ target: string; rows: ReadonlyMap<string, Row> }>();

  React.useEffect(() => {
    const made = new Announcer(setSaid);
    announcer.current = made;
    return () => made.stop();
  }, []);
  React.useEffect(() => {
    if (target === undefined) {
      return;
    }
    // Another target has other endpoints: nothing of that is a change.
    if (before.current?.target === target) {
      announcer.current?.add(statusChanges(host.t, before.current.rows, rows));
    }
    before.current = { target, rows };
  }, [host, target, rows]);
  return (
    <>
      <div className="smnb-hidden" role="status" aria-live="polite">
        {said && !said.urgent ? said.text : ''}
      </div>
      <div className="smnb-hidden" role="alert" aria-live="assertive">
        {said?.urgent ? said.text : ''}
      </div>
    </>
  );
}
