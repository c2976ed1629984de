// The server extension, as the UI's host reaches it.

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { CommandError, type Host, type Link } from '../ui/host';
import type { Commands, Problem, Snapshot, Uploaded, Watching } from '../ui/shapes';
import { Stream } from './stream';
import { Watchers } from './watchers';

/** The namespace of the server extension's routes. */
const ROUTES = 'smnb';

/** Requests to the server extension, and the one WebSocket that all parts share. */
export class ServerTransport {
  constructor(
    private readonly t: Host['t'],
    private readonly settings = ServerConnection.makeSettings()
  ) {}

  /** Who looks: the panel, tabs, a running job. */
  readonly watchers = new Watchers(() => this.sayWatching());

  readonly subscribe = (
    onSnapshot: (snapshot: Snapshot) => void,
    onLink: (link: Link) => void
  ): (() => void) => {
    onLink({ state: 'connecting' });
    const stream = new Stream({
      connect: () => this.connect(),
      onLink,
      onOpen: () => {
        // One reading to start with, also where nobody looks: for the status bar.
        this.watchers.set(stream, true);
        this.sayWatching();
      },
      onMessage: text => {
        const snapshot = JSON.parse(text) as Snapshot;
        this.watchers.set(
          'jobs',
          snapshot.jobs.some(job => job.state === 'running')
        );
        onSnapshot(snapshot);
        this.watchers.set(stream, false);
      }
    });
    this.stream = stream;
    return () => {
      this.watchers.set(stream, false);
      stream.close();
    };
  };

  readonly command = async <Name extends keyof Commands>(
    name: Name,
    args: Commands[Name]['args']
  ): Promise<Commands[Name]['result']> =>
    (await this.post(['command'], {}, JSON.stringify({ name, args }))) as Promise<
      Commands[Name]['result']
    >;

  readonly upload = async (file: File): Promise<Uploaded> =>
    (await this.post(['upload'], { name: file.name }, file)) as Uploaded;

  private connect(): WebSocket {
    const { wsUrl, token, appendToken, WebSocket } = this.settings;
    const url = URLExt.join(wsUrl, ROUTES, 'stream');
    // The page's cookie serves where the server is the page's own.
    const query = appendToken && token ? URLExt.objectToQueryString({ token }) : '';
    return new WebSocket(url + query);
  }

  private async post(
    path: string[],
    query: Record<string, string>,
    body: string | File
  ): Promise<unknown> {
    const url = URLExt.join(this.settings.baseUrl, ROUTES, ...path);
    const type =
      typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    const response = await ServerConnection.makeRequest(
      url + URLExt.objectToQueryString(query),
      { method: 'POST', body, headers: { 'Content-Type': type } },
      this.settings
    ).catch(() => {
      throw failure(
        'no-network',
        this.t('No answer'),
        this.t('The Jupyter server does not answer.')
      );
    });
    // A proxy that answers for the server does not speak JSON.
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok) {
      return answer;
    }
    const { problem } = answer as { problem?: Problem };
    if (problem) {
      throw new CommandError(problem);
    }
    throw response.status === 403
      ? failure(
          'signed-out',
          this.t('Sign-in needed'),
          this.t('Sign in to Jupyter again: reload the page.')
        )
      : failure(
          'other',
          this.t('That did not work'),
          `${response.status} ${response.statusText}.`
        );
  }

  private sayWatching(): void {
    const watching: Watching = { visible: this.watchers.visible };
    this.stream?.send(JSON.stringify(watching));
  }

  private stream: Stream | undefined;
}

function failure(code: Problem['code'], title: string, text: string): CommandError {
  return new CommandError({ code, title, text, copy: null, retry_at: null });
}
