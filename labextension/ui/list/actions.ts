import type { TabId } from '../detail/Detail';
import type { Anchor } from '../parts';
import type { Row } from '../shapes';

/** What can be done with a row; the object stays the same, so that rows stay as they are. */
export interface RowActions {
  open: (row: Row, tab?: TabId) => void;
  log: (row: Row) => void;
  /** Absent where there is no form of a deploy. */
  redeploy: ((row: Row) => void) | null;
  remove: (row: Row) => void;
  /** Lets it stay so many hours from now; null: until it is deleted. */
  keep: (row: Row, hours: number | null) => void;
  /** Puts the code that calls it into a cell, or copies it. */
  code: (row: Row) => void;
  menu: (row: Row, anchor: Anchor) => void;
}
