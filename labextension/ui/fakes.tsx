// For tests: a host that answers from a table, and data as the server sends it.

import * as React from 'react';
import { render, type RenderResult } from '@testing-library/react';
import { vi, type Mock } from 'vitest';

import { HostContext, type Host, type Question } from './host';
import type {
  ChangePlan,
  Choice,
  Commands,
  Cost,
  DeployForm,
  Facts,
  Picture,
  RoutePlan,
  Row,
  Size,
  Snapshot,
  Takes,
  Target,
  TestReply,
  Uploaded
} from './shapes';

type Name = keyof Commands;

/** What a fake host answers: to the commands that a test needs. */
export type Answers = {
  [N in Name]?: (
    args: Commands[N]['args']
  ) => Commands[N]['result'] | Promise<Commands[N]['result']>;
};

export interface FakeHost extends Host {
  /** Each command that was asked, in order. */
  asked: [Name, unknown][];
  confirm: Mock<(question: Question) => Promise<boolean>>;
  copy: Mock<(text: string) => void>;
}

/** A host that answers commands from a table and says yes to all questions. */
export function fakeHost(answers: Answers, snapshot?: Snapshot): FakeHost {
  const asked: [Name, unknown][] = [];
  const copy = vi.fn<(text: string) => void>();
  return {
    asked,
    subscribe: (onSnapshot, onLink) => {
      onLink({ state: 'live' });
      if (snapshot) {
        onSnapshot(snapshot);
      }
      return () => undefined;
    },
    command: async (name, args) => {
      asked.push([name, args]);
      const answer = answers[name];
      if (!answer) {
        throw new Error(`${name} was not expected`);
      }
      return answer(args);
    },
    upload: () => Promise.reject(new Error('no upload was expected')),
    confirm: vi.fn(() => Promise.resolve(true)),
    copy,
    code: {
      give: copy,
      label: 'Copy code',
      labelFor: 'Copy code for %1',
      done: 'Copied.'
    },
    t: (text, ...args) =>
      text.replace(/%(\d)/g, (sign, place: string) =>
        String(args[Number(place) - 1] ?? sign)
      )
  };
}

/** Renders a view within its host. */
export function mount(host: Host, view: React.ReactElement): RenderResult {
  return render(<HostContext.Provider value={host}>{view}</HostContext.Provider>);
}

export const onServerless = (gb: number): Choice => ({
  kind: 'serverless',
  memory_mb: gb * 1024,
  instance_type: null,
  instances: null
});

export const onInstance = (instance_type: string): Choice => ({
  kind: 'realtime',
  memory_mb: null,
  instance_type,
  instances: 1
});

export const ROW: Row = {
  key: 'arn:street-objects@1',
  name: 'street-objects',
  arn: 'arn:street-objects',
  status: 'InService',
  status_since: 0,
  kind: 'serverless',
  compute: 'serverless 4 GB',
  memory_mb: 4096,
  instance_type: null,
  instances: null,
  usd_per_hour: 0,
  usd_per_1k: 0.003,
  requests_per_min: [],
  errors_per_min: [],
  rate_per_min: 27,
  p50_ms: 38,
  p99_ms: 71,
  error_count: 0,
  all_failing: false,
  last_call_at: null,
  created_at: 0,
  ttl_ends_at: null,
  over_budget: false,
  attention: 1,
  failure: null,
  phase: null,
  idle: null,
  twin: null,
  change: null,
  model_path: null,
  code: 'import smnb'
};

const size = (gb: number, rest: Partial<Size>): Size => ({
  memory_mb: gb * 1024,
  fits: true,
  spare_fraction: null,
  p50_ms: null,
  measured_at: null,
  usd_per_1k: null,
  usd_per_month: null,
  bound: 'unknown',
  ...rest
});

export const COST: Cost = {
  calls_per_month: 1_200_000,
  calls_per_minute: 27.4,
  measured_calls_per_month: 1_200_000,
  measured_days: 7,
  now: onServerless(4),
  now_usd_per_month: 3.65,
  now_usd_per_1k: 0.003,
  now_p50_ms: 38,
  now_memory_mb: 4096,
  now_spare_fraction: 0.66,
  peak: { memory_mb: 1413, source: 'Measured on street-objects.', at: null },
  sizes: [
    size(1, { fits: false }),
    size(2, {
      spare_fraction: 0.31,
      p50_ms: 52,
      usd_per_1k: 0.0021,
      usd_per_month: 2.5,
      bound: 'exact'
    }),
    size(3, {
      spare_fraction: 0.54,
      usd_per_1k: 0.0031,
      usd_per_month: 3.74,
      bound: 'max'
    }),
    size(4, {
      spare_fraction: 0.66,
      p50_ms: 38,
      usd_per_1k: 0.003,
      usd_per_month: 3.65,
      bound: 'exact'
    })
  ],
  best_mb: 2048,
  reason: '2 GB is the smallest size that holds the measured peak.',
  alternatives: [
    {
      choice: onInstance('ml.c5.large'),
      title: 'ml.c5.large',
      vcpus: 2,
      memory_mb: 4096,
      hours_per_day: null,
      usd_per_month: 74.46,
      possible: true,
      why_not: ''
    },
    {
      choice: { ...onInstance('ml.c5.large'), kind: 'async' },
      title: 'ml.c5.large async',
      vcpus: 2,
      memory_mb: 4096,
      hours_per_day: 3,
      usd_per_month: 9.31,
      possible: false,
      why_not: 'AWS does not move it to async.'
    }
  ],
  break_even: {
    serverless_usd_per_call: 2.083e-6,
    serverless_usd: 2.5,
    memory_mb: 2048,
    instance_type: 'ml.c5.large',
    instance_usd: 74.46,
    async_hours_per_day: 3,
    async_usd: 9.31,
    calls: 35_800_000,
    times_traffic: 30
  },
  paid: [],
  spent_usd: null,
  spent_at_most: false,
  measure: 'Measure here (local, free)',
  source: {
    region: 'us-east-1',
    as_of: '2026-09-09',
    url: 'https://aws.amazon.com/sagemaker/pricing/',
    detail: 'AWS Price List. Confidence: high.',
    text: 'us-east-1 prices of 2026-09-09.'
  }
};

export const PLAN: ChangePlan = {
  before: '4 GB',
  after: '2 GB',
  usd_per_hour_before: 0,
  usd_per_hour_after: 0,
  usd_per_1k_before: 0.003,
  usd_per_1k_after: 0.0021,
  usd_per_month_before: 3.65,
  usd_per_month_after: 2.5,
  usd_fraction: -0.32,
  bound: 'exact',
  p50_before_ms: 38,
  p50_after_ms: 52,
  one_way: false,
  bills: true,
  last_took_s: 112
};

export const TAKES: Takes = {
  accepts: ['image/jpeg'],
  request_bytes: 4 * 1024 * 1024,
  timeout_s: 60,
  larger: ''
};

export const FACTS: Facts = {
  facts: [],
  ttl_ends_at: null,
  can_extend: false,
  takes: TAKES,
  code: 'ep.invoke("crossing.jpg")',
  explanation: []
};

export const PHOTO: Uploaded = {
  id: 'upload-1',
  name: 'crossing.jpg',
  content_type: 'image/jpeg',
  bytes: 1_887_437,
  width: 200,
  height: 100,
  frames: null,
  seconds: null
};

export const ROUTE: RoutePlan = {
  route: 'direct',
  bytes: 1_887_437,
  sent_bytes: 1_887_437,
  limit_bytes: 4 * 1024 * 1024,
  limit_name: 'serverless',
  next_limit_bytes: 6 * 1024 * 1024,
  parts: 1,
  part_bytes: null,
  frames: null,
  possible: ['direct'],
  why: '1.8 MB fits one serverless request.',
  usd: 0.00003,
  needs_twin: null
};

export const REPLY: TestReply = {
  text: '[{"label": "car"}]',
  truncated: false,
  boxes: [{ x: 20, y: 50, width: 60, height: 25, label: 'car', score: 0.97 }],
  frames: null,
  failed_frames: 0,
  fps: null,
  route: 'direct',
  parts: 1,
  total_ms: 61,
  answer_bytes: 412,
  content_type: 'application/json',
  usd: 0.000003,
  usd_per_1k: 0.003,
  request_id: 'request-1'
};

export const PICTURE: Picture = { jpeg: 'AAAA', width: 200, height: 100 };

export const FORM: DeployForm = {
  path: 'models/street',
  framework: 'PyTorch, 231 MB',
  bytes: 231 * 1024 * 1024,
  checks: [{ ok: true, text: 'packages: complete', fix: '' }],
  ready: true,
  name: 'street-objects',
  name_error: '',
  options: [
    {
      kind: 'serverless',
      title: 'Serverless',
      choice: onServerless(2),
      best: true,
      possible: true,
      usd_per_month: 2.5,
      reason: 'An idle instance would cost 30 times more.'
    },
    {
      kind: 'realtime',
      title: 'Real-time',
      choice: onInstance('ml.c5.large'),
      best: false,
      possible: true,
      usd_per_month: 74.46,
      reason: 'Always warm.'
    },
    {
      kind: 'batch',
      title: 'Batch',
      choice: null,
      best: false,
      possible: false,
      usd_per_month: null,
      reason: 'Somebody waits for the answer.'
    }
  ],
  choice: onServerless(2),
  cost: { ...COST, now: null },
  lines: [{ label: 'compute', usd: 2.5, basis: '125,000 s x 2 GB' }],
  usd_per_hour: 0,
  usd_per_1k: 0.0021,
  usd_per_month: 2.5,
  code: 'ep = smnb.deploy("models/street")'
};

/** A snapshot of a target with no endpoints. */
export const snapshotOf = (kind: Target['kind']): Snapshot => ({
  seq: 1,
  at: 0,
  full: true,
  target: {
    name: kind,
    kind,
    profile: kind === 'aws' ? 'work' : null,
    region: 'us-east-1',
    account_last4: null
  },
  follows_kernel: true,
  targets: [],
  burn: {
    usd_per_hour: 0,
    usd_per_month: 0,
    shares: [],
    hypothetical: false,
    prices_as_of: ''
  },
  counts: { in_service: 0, changing: 0, failed: 0, idle: 0 },
  rows: [],
  gone: [],
  problem: null,
  stale_since: null,
  jobs: []
});
