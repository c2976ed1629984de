import { Token } from '@lumino/coreutils';

import type { Host } from '../ui/host';
import type { Watchers } from './watchers';

/** What the plugins share: one connection to the server extension, and one host. */
export interface IEndpoints {
  host: Host;
  watchers: Watchers;
}

export const IEndpoints = new Token<IEndpoints>(
  'smnb-labextension:IEndpoints',
  'SageMaker endpoints as the server extension tells them.'
);
