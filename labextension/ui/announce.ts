// What is told aloud: changes of status, never rates.

import type { Host } from './host';
import type { Row, Status } from './shapes';

/** One thing to say; a failure is said at once, whatever is being read. */
export interface Message {
  text: string;
  urgent: boolean;
}

const FAILED: readonly Status[] = ['Failed', 'UpdateRollbackFailed'];

type Rows = ReadonlyMap<string, Row>;

/** What changed from some rows to others. */
export function statusChanges(t: Host['t'], before: Rows, after: Rows): Message[] {
  const messages: Message[] = [];
  for (const [key, row] of after) {
    const was = before.get(key);
    if (was?.status === row.status || (!was && row.status === 'InService')) {
      continue;
    }
    const urgent = FAILED.includes(row.status);
    const cause = row.failure?.cause;
    messages.push({
      urgent,
      text:
        urgent && cause
          ? t('%1 is %2: %3', row.name, row.status, cause)
          : t('%1 is %2', row.name, row.status)
    });
  }
  for (const [key, row] of before) {
    if (!after.has(key)) {
      messages.push({ urgent: false, text: t('%1 is gone', row.name) });
    }
  }
  return messages;
}

/**
 * Lets at most one message through in `pause_ms`; those that come meanwhile are joined.
 *
 * One that is urgent makes what it is joined to urgent.
 */
export class Announcer {
  constructor(
    private readonly say: (message: Message) => void,
    private readonly pause_ms = 5000
  ) {}

  add(messages: readonly Message[]): void {
    this.waiting.push(...messages);
    if (this.waiting.length && this.timer === undefined) {
      this.flush();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
  }

  private flush(): void {
    this.timer = undefined;
    if (this.waiting.length === 0) {
      return;
    }
    const said = this.waiting;
    this.waiting = [];
    this.timer = setTimeout(() => this.flush(), this.pause_ms);
    this.say({
      text: said.map(message => message.text).join('. '),
      urgent: said.some(message => message.urgent)
    });
  }

  private waiting: Message[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
}
