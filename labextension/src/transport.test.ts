import type { ServerConnection } from '@jupyterlab/services';
import { beforeEach, expect, test, vi } from 'vitest';

import type { Host } from '../ui/host';
import type { Job, Snapshot } from '../ui/shapes';
import { ServerTransport } from './transport';

const t: Host['t'] = text => text;

/** A socket whose server is this test. */
class Socket {
  static last: Socket;
  readyState: number = WebSocket.OPEN;
  sent: string[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;

  constructor(readonly url: string) {
    Socket.last = this;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  push(jobs: Partial<Job>[]): void {
    this.onmessage({ data: JSON.stringify({ jobs }) });
  }

  get watching(): unknown {
    return JSON.parse(this.sent.at(-1) ?? 'null') as unknown;
  }
}

const fetched = vi.fn<(request: Request) => Promise<Response>>();

function transport(more: object = {}): ServerTransport {
  return new ServerTransport(t, {
    baseUrl: 'http://host/user/alice/',
    wsUrl: 'ws://host/user/alice/',
    token: 'secret',
    appendToken: false,
    init: {},
    fetch: fetched,
    Request,
    WebSocket: Socket,
    ...more
  } as unknown as ServerConnection.ISettings);
}

beforeEach(() => {
  fetched.mockReset();
});

test('the stream is below the base URL, without the token', () => {
  const stop = transport().subscribe(vi.fn(), vi.fn());
  expect(Socket.last.url).toBe('ws://host/user/alice/smnb/stream');
  stop();
});

test('a server of another origin, where no cookie serves, gets the token', () => {
  const stop = transport({ appendToken: true }).subscribe(vi.fn(), vi.fn());
  expect(Socket.last.url).toBe('ws://host/user/alice/smnb/stream?token=secret');
  stop();
});

test('it looks for one snapshot, then only while somebody or a job does', () => {
  const made = transport();
  const seen: Snapshot[] = [];
  const stop = made.subscribe(snapshot => seen.push(snapshot), vi.fn());
  Socket.last.onopen();
  expect(Socket.last.watching).toEqual({ visible: true });
  Socket.last.push([]);
  expect(seen).toHaveLength(1);
  expect(Socket.last.watching).toEqual({ visible: false });
  made.watchers.set('panel', true);
  expect(Socket.last.watching).toEqual({ visible: true });
  made.watchers.set('panel', false);
  expect(Socket.last.watching).toEqual({ visible: false });
  Socket.last.push([{ state: 'running' }]);
  expect(Socket.last.watching).toEqual({ visible: true });
  Socket.last.push([{ state: 'done' }]);
  expect(Socket.last.watching).toEqual({ visible: false });
  stop();
});

test('a command is posted, and its result returned', async () => {
  fetched.mockResolvedValue(Response.json({ job: '1' }));
  const answer = await transport().command('delete', { names: ['faces'] });
  expect(answer).toEqual({ job: '1' });
  const request = fetched.mock.calls[0]?.[0];
  expect(request?.url).toBe('http://host/user/alice/smnb/command');
  expect(await request?.json()).toEqual({ name: 'delete', args: { names: ['faces'] } });
});

test('a file is sent as it is, its name in the query', async () => {
  fetched.mockResolvedValue(Response.json({ id: '1' }));
  await transport().upload(new File(['abc'], 'a b.jpg'));
  const request = fetched.mock.calls[0]?.[0];
  expect(request?.url).toBe('http://host/user/alice/smnb/upload?name=a%20b.jpg');
  expect(request?.headers.get('Content-Type')).toBe('application/octet-stream');
});

const PROBLEM = { code: 'gone', title: 'Gone', text: '', copy: null, retry_at: null };

test.each([
  [
    'the server says what',
    Response.json({ problem: PROBLEM }, { status: 404 }),
    'gone'
  ],
  ['nobody is signed in', Response.json({}, { status: 403 }), 'signed-out'],
  ['a proxy answers', new Response('<html>', { status: 502 }), 'other'],
  ['nobody answers', new TypeError('Failed to fetch'), 'no-network']
])('what went wrong is told: %s', async (_, answer, code) => {
  if (answer instanceof Error) {
    fetched.mockRejectedValue(answer);
  } else {
    fetched.mockResolvedValue(answer);
  }
  await expect(transport().command('refresh', {})).rejects.toMatchObject({
    problem: { code }
  });
});
