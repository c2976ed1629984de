// A WebSocket that comes back after the server was away.

import type { Link } from '../ui/host';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

interface StreamOptions {
  connect: () => WebSocket;
  onMessage: (text: string) => void;
  onLink: (link: Link) => void;
  /** Called at each connection, before anything has come. */
  onOpen: () => void;
}

/**
 * Keeps one connection: after a loss it tries again, each time after twice the wait, and
 * at once when the page is shown again or the machine is back on a network.
 */
export class Stream {
  constructor(private readonly options: StreamOptions) {
    window.addEventListener('online', this.retryNow);
    document.addEventListener('visibilitychange', this.retryNow);
    this.connect();
  }

  /** Sends text if it is connected; what was missed is for `onOpen` to say. */
  send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(text);
    }
  }

  close(): void {
    this.closed = true;
    window.removeEventListener('online', this.retryNow);
    document.removeEventListener('visibilitychange', this.retryNow);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    this.timer = undefined;
    const socket = this.options.connect();
    this.socket = socket;
    socket.onopen = () => {
      this.wait_ms = FIRST_WAIT_MS;
      this.lostAt = undefined;
      this.options.onLink({ state: 'live' });
      this.options.onOpen();
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.options.onMessage(event.data);
    };
    socket.onclose = () => {
      if (!this.closed) {
        this.lostAt ??= Date.now();
        this.options.onLink({ state: 'lost', since: this.lostAt });
        this.retryLater();
      }
    };
  }

  private retryLater(): void {
    // Not all pages at once, or a server that starts is met by all of them.
    const wait_ms = this.wait_ms * (0.75 + 0.5 * Math.random());
    this.wait_ms = Math.min(this.wait_ms * 2, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.connect(), wait_ms);
  }

  private readonly retryNow = (): void => {
    if (this.timer !== undefined && document.visibilityState === 'visible') {
      clearTimeout(this.timer);
      this.wait_ms = FIRST_WAIT_MS;
      this.connect();
    }
  };

  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait_ms = FIRST_WAIT_MS;
  private lostAt: number | undefined;
  private closed = false;
}
