import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Link } from '../ui/host';
import { Stream } from './stream';

/** A socket whose server is this test. */
class Socket {
  static made: Socket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;

  constructor() {
    Socket.made.push(this);
  }

  accept(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen();
  }

  drop(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose();
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.drop();
  }
}

const links: Link[] = [];
const heard: string[] = [];

function open(): Stream {
  return new Stream({
    connect: () => new Socket() as unknown as WebSocket,
    onMessage: text => heard.push(text),
    onLink: link => links.push(link),
    onOpen: () => heard.push('open')
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  Socket.made = [];
  links.length = heard.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('it says that it is open before anything comes', () => {
  const stream = open();
  Socket.made[0]?.accept();
  Socket.made[0]?.onmessage({ data: 'one' });
  expect(heard).toEqual(['open', 'one']);
  expect(links).toEqual([{ state: 'live' }]);
  stream.close();
});

test('it comes back, waiting twice as long each time, and says since when it is lost', () => {
  const stream = open();
  Socket.made[0]?.accept();
  Socket.made[0]?.drop();
  vi.advanceTimersByTime(499);
  expect(Socket.made).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(Socket.made).toHaveLength(2);
  Socket.made[1]?.drop();
  vi.advanceTimersByTime(999);
  expect(Socket.made).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(Socket.made).toHaveLength(3);
  expect(links.slice(1)).toEqual([
    { state: 'lost', since: 1_000_000 },
    { state: 'lost', since: 1_000_000 }
  ]);
  Socket.made[2]?.accept();
  expect(links.at(-1)).toEqual({ state: 'live' });
  stream.close();
});

test('it never waits longer than 15 s', () => {
  const stream = open();
  for (let tries = 0; tries < 12; tries++) {
    Socket.made.at(-1)?.drop();
    vi.advanceTimersByTime(15_000);
  }
  expect(Socket.made).toHaveLength(13);
  stream.close();
});

test('it tries at once when the network is back', () => {
  const stream = open();
  Socket.made[0]?.drop();
  window.dispatchEvent(new Event('online'));
  expect(Socket.made).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  expect(Socket.made).toHaveLength(2);
  stream.close();
});

test('closed by its owner it neither comes back nor calls that a loss', () => {
  const stream = open();
  Socket.made[0]?.accept();
  stream.close();
  vi.advanceTimersByTime(60_000);
  window.dispatchEvent(new Event('online'));
  expect(Socket.made).toHaveLength(1);
  expect(links).toEqual([{ state: 'live' }]);
});

test('what is sent while it is not connected is dropped', () => {
  const stream = open();
  stream.send('early');
  Socket.made[0]?.accept();
  stream.send('late');
  expect(Socket.made[0]?.sent).toEqual(['late']);
  stream.close();
});
