import * as React from 'react';

import type { TabId } from '../detail/Detail';

export function EndpointList(props: {
  hidden: boolean;
  onOpen: (name: string, tab?: TabId) => void;
  onDeploy: (path?: string) => void;
}): React.ReactElement {
  return <div className="smnb-view" hidden={props.hidden} />;
}
