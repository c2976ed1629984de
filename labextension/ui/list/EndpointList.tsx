import * as React from 'react';

import { useDeed, type Deed } from '../answer';
import type { TabId } from '../detail/Detail';
import { ofLab, useHost, type Host } from '../host';
import { Button, ProblemNotice, useNow, type MenuItem } from '../parts';
import { useStore, type Head, type State } from '../store';
import { Blocked } from './Blocked';
import { deleteAllIdle } from './deeds';
import { FirstUse } from './FirstUse';
import { dismiss, dismissedBefore, homeless, running } from './jobs';
import { TopLine } from './TopLine';
import { Listing } from './Listing';

/** After three polls of 30 s that brought nothing, figures turn grey. */
const GREY_AFTER_MS = 90_000;

/** All endpoints, or why none can be shown. */
export function EndpointList(props: {
  hidden: boolean;
  onOpen: (name: string, tab?: TabId) => void;
  onDeploy: ((path?: string) => void) | null;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const state = useStore(host);
  const { head } = state;
  const deed = useDeed();
  const [dismissed, setDismissed] = React.useState(dismissedBefore);
  const off = state.link.state === 'lost';
  const refresh = () => {
    deed.run(async () => {
      await host.command('refresh', {});
    });
  };
  const { onDeploy } = props;
  const deploy = onDeploy && (() => onDeploy());

  if (!head) {
    return (
      <div className="smnb-view" hidden={props.hidden}>
        <div className="smnb-empty smnb-quiet" role="status">
          {off
            ? (ofLab(t)?.('No answer from Jupyter server.') ?? host.lost)
            : t('Connecting…')}
          {off && <Button onClick={refresh}>{t('Try again')}</Button>}
        </div>
      </div>
    );
  }
  const targets = ofLab(host.targets);
  const onSwitch = (target: string | null, label: string) => {
    if (targets) {
      deed.run(() => targets.show(target, label, running(head.jobs)));
    }
  };
  const jobs = homeless(head.jobs, state.rows, dismissed);
  const empty = state.rows.size === 0 && jobs.length === 0;
  const topLine = (
    <TopLine
      head={head}
      off={off}
      menu={menuOf(host, head, state, deed, refresh)}
      onSwitch={onSwitch}
      onDeploy={deploy}
    />
  );
  return (
    <Greying state={state} hidden={props.hidden}>
      {empty && (
        <div className="smnb-header" data-bare="">
          {topLine}
        </div>
      )}
      {empty && deed.problem && (
        <ProblemNotice problem={deed.problem} onClose={deed.forget} />
      )}
      {!empty ? (
        <Listing
          {...props}
          state={state}
          head={head}
          deed={deed}
          jobs={jobs}
          onDismiss={job => setDismissed(dismiss(job, dismissed))}
          onRefresh={refresh}
        >
          {topLine}
        </Listing>
      ) : head.problem ? (
        <Blocked
          problem={head.problem}
          onRetry={refresh}
          onLocal={targets ? toLocal(head, onSwitch, t) : null}
        />
      ) : (
        <FirstUse
          target={head.target}
          off={off}
          onDeploy={deploy}
          onDemo={() => {
            deed.run(async () => {
              await host.command('demo', {});
            });
          }}
        />
      )}
    </Greying>
  );
}

/** Shows the local backend; null where there is none, or it is shown. */
function toLocal(
  head: Head,
  onSwitch: (target: string, label: string) => void,
  t: Host['t']
): (() => void) | null {
  const local = head.targets.find(target => target.kind === 'local');
  return local && head.target.kind !== 'local'
    ? () => {
        onSwitch(local.name, t('local'));
      }
    : null;
}

function menuOf(
  host: Host,
  head: Head,
  state: State,
  deed: Deed,
  refresh: () => void
): MenuItem[] {
  const { t } = host;
  const off = state.link.state === 'lost';
  return [
    { label: t('Refresh'), disabled: off, onSelect: refresh },
    {
      label: t('Copy policy'),
      hint: t('what the caller must be allowed to do'),
      disabled: off,
      onSelect: () => {
        deed.run(async () => host.copy((await host.command('policy', {})).text));
      }
    },
    {
      label: t('Delete all idle…'),
      divided: true,
      disabled: off || head.counts.idle === 0,
      onSelect: () => {
        deed.run(() => deleteAllIdle(host, head.target, state.rows));
      }
    }
  ];
}

/** Turns figures grey that were not read for a while; ticks without its children. */
function Greying(props: {
  state: State;
  hidden: boolean;
  children: React.ReactNode;
}): React.ReactElement {
  const now = useNow();
  const { head, link } = props.state;
  const since = head?.stale_since ?? null;
  const grey = link.state === 'lost' || (since !== null && now - since > GREY_AFTER_MS);
  return (
    <div className={grey ? 'smnb-view smnb-stale' : 'smnb-view'} hidden={props.hidden}>
      {props.children}
    </div>
  );
}
