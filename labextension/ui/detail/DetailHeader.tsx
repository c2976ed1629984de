import * as React from 'react';

import type { Deed } from '../answer';
import { ofLab, useHost } from '../host';
import type { RowActions } from '../list/actions';
import { Price } from '../list/figures';
import { RowMenu } from '../list/RowMenu';
import { anchorOf, IconButton, Mark, type Anchor, type MenuItem } from '../parts';
import type { Row } from '../shapes';

/** Back, what it is, and what can be done with it. */
export function DetailHeader(props: {
  name: string;
  row: Row | undefined;
  wide: boolean;
  /** Whether there is no server that could do anything. */
  off: boolean;
  deed: Deed;
  actions: RowActions;
  /** What the menu has besides what is done with the endpoint. */
  menu: readonly MenuItem[];
  onStop: (() => void) | null;
  /** Where the focus goes when the user comes here. */
  backRef: React.RefObject<HTMLSpanElement>;
  onBack: () => void;
  children: React.ReactNode;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const wide = ofLab(host.wide);
  const { name, row, actions, off } = props;
  const [anchor, setAnchor] = React.useState<Anchor | null>(null);
  const close = React.useCallback(() => setAnchor(null), []);
  return (
    <div className="smnb-detail-header">
      <div className="smnb-detail-line">
        <span ref={props.backRef}>
          <IconButton
            icon="back"
            label={t('Back to all endpoints')}
            onClick={props.onBack}
          />
        </span>
        {row && <Mark status={row.status} />}
        <h2 className="smnb-ellipsis" title={name}>
          {name}
        </h2>
        {row && (
          <span className="smnb-detail-icons">
            <IconButton
              icon="code"
              label={host.code.label}
              disabled={off || row.status === 'Deleting'}
              onClick={() => actions.code(row)}
            />
            {wide && !props.wide && <wide.Button endpoint={name} />}
            <IconButton
              icon="more"
              label={t('More actions')}
              menu
              expanded={anchor !== null}
              onClick={event => setAnchor(anchorOf(event.currentTarget))}
            />
          </span>
        )}
      </div>
      {row && (
        <div className="smnb-line2 smnb-detail-what">
          <span className="smnb-ellipsis" title={`${row.status} · ${row.compute}`}>
            <span className="smnb-strong">{row.status}</span> · {row.compute}
          </span>
          <span className="smnb-nowrap smnb-strong">
            <Price row={row} />
          </span>
        </div>
      )}
      {props.children}
      {anchor && row && (
        <RowMenu
          row={row}
          anchor={anchor}
          actions={actions}
          off={off}
          first={props.menu}
          onStop={props.onStop}
          onClose={close}
        />
      )}
    </div>
  );
}
