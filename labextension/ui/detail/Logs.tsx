import * as React from 'react';

import { clock, fullTime } from '../format';
import { ofLab, useHost } from '../host';
import { Icon, IconButton, Link, ProblemNotice } from '../parts';
import type { LogLine, Row } from '../shapes';
import { linesWith, pieces } from './find';
import { useLog } from './useLog';

/** So near its end a log still counts as scrolled down. */
const NEAR_PX = 24;

/** An endpoint's log: find in it, follow it, copy it. */
export function Logs(props: { row: Row }): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const wide = ofLab(host.wide);
  const { name } = props.row;
  const [query, setQuery] = React.useState('');
  const [following, setFollowing] = React.useState(true);
  const [at, setAt] = React.useState(0);
  const { lines, problem } = useLog(name, following);
  const scroller = React.useRef<HTMLDivElement>(null);
  const found = React.useMemo(() => linesWith(lines ?? [], query), [lines, query]);
  useFollowing(scroller, lines, following && !query);

  const goTo = (step: 1 | -1) => {
    const next = (at + step + found.length) % Math.max(1, found.length);
    setAt(next);
    const line = scroller.current?.children[found[next] ?? 0];
    line?.scrollIntoView({ block: 'center' });
  };
  return (
    <div className="smnb-logs">
      <div className="smnb-log-tools">
        <label className="smnb-field">
          <Icon name="search" size={12} />
          <input
            type="text"
            aria-label={t('Find in log')}
            placeholder={t('Find')}
            value={query}
            spellCheck={false}
            onChange={event => {
              setQuery(event.currentTarget.value);
              setAt(-1);
            }}
            onKeyDown={event => {
              if (event.key === 'Enter' && found.length) {
                goTo(event.shiftKey ? -1 : 1);
              } else if (event.key === 'Escape' && query) {
                event.stopPropagation();
                setQuery('');
              }
            }}
          />
          {query && <span className="smnb-quiet">{found.length}</span>}
        </label>
        <IconButton
          icon={following ? 'pause' : 'play'}
          label={following ? t('Pause following') : t('Follow')}
          onClick={() => setFollowing(!following)}
        />
        {wide && <wide.Button endpoint={name} tab="logs" />}
      </div>
      {problem && <ProblemNotice problem={problem} />}
      <div
        ref={scroller}
        className="smnb-log"
        // It is read at will: the live region tells only changes of status.
        role="log"
        aria-live="off"
        aria-label={t('Log of %1', name)}
        tabIndex={0}
      >
        {lines?.map((line, index) => (
          <Line
            key={line.number}
            line={line}
            query={query}
            timed={line.t !== lines[index - 1]?.t}
          />
        ))}
        {lines?.length === 0 && (
          <p className="smnb-quiet">{t('Nothing was logged yet.')}</p>
        )}
      </div>
      <div className="smnb-log-foot">
        <span>
          {following ? t('Following.') : t('Paused.')} <Newest lines={lines} />
        </span>
        <Link
          disabled={!lines?.length}
          onClick={() => host.copy(lines?.map(line => line.text).join('\n') ?? '')}
        >
          {t('Copy')}
        </Link>
      </div>
    </div>
  );
}

const Line = React.memo(function Line(props: {
  line: LogLine;
  query: string;
  timed: boolean;
}): React.ReactElement {
  const { line, query, timed } = props;
  return (
    <div data-level={line.level}>
      <span title={fullTime(line.t)}>{timed && clock(line.t)}</span>
      <span>
        {pieces(line.text, query).map((piece, index) =>
          piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text
        )}
      </span>
    </div>
  );
});

function Newest(props: {
  lines: readonly LogLine[] | null;
}): React.ReactElement | null {
  const { t } = useHost();
  const newest = props.lines?.[props.lines.length - 1];
  return newest ? <>{t('Newest %1', clock(newest.t, true))}</> : null;
}

/** Keeps the newest line in view, unless the user has scrolled up. */
function useFollowing(
  ref: React.RefObject<HTMLElement>,
  lines: readonly LogLine[] | null,
  following: boolean
): void {
  const down = React.useRef(true);
  React.useEffect(() => {
    const element = ref.current;
    if (!element) {
      return undefined;
    }
    const keep = () => {
      const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
      down.current = rest < NEAR_PX;
    };
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, [ref]);
  React.useLayoutEffect(() => {
    if (ref.current && following && down.current) {
      ref.current.scrollTop = ref.current.scrollHeight;
    }
  }, [ref, lines, following]);
}
