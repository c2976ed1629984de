// The parts that all views are made of.

export { useNow } from '../clock';
export { useId } from '../ids';
export { Button, IconButton, Link } from './Button';
export { CopyBox } from './CopyBox';
export { Icon, type IconName } from './Icon';
export { literal } from './literal';
export { Mark } from './Mark';
export { anchorOf, Menu, type Anchor, type MenuItem } from './Menu';
export { Notice, type NoticeKind } from './Notice';
export { linePath } from './path';
export { Phrase } from './Phrase';
export { PhaseBar, phaseWords } from './PhaseBar';
export { ProblemNotice } from './ProblemNotice';
export { RadioMark } from './RadioMark';
export { Segmented } from './Segmented';
export { Sparkline } from './Sparkline';
export { Tabs, panelId, tabId } from './Tabs';
export { Unknown } from './Unknown';
