// Generated from smnb/jupyter/shapes by `make shapes`: change that, not this.

export type Kind = 'serverless' | 'realtime' | 'async';

export type Status = 'OutOfService' | 'Creating' | 'Updating' | 'SystemUpdating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed' | 'UpdateRollbackFailed';

export type RouteName = 'direct' | 'split' | 's3';

export interface Target {
  name: string;
  kind: 'local' | 'aws';
  profile: string | null;
  region: string | null;
  account_last4: string | null;
}

export interface Share {
  name: string;
  fraction: number;
}

export interface Burn {
  usd_per_hour: number | null;
  usd_per_month: number | null;
  shares: Share[];
  hypothetical: boolean;
  prices_as_of: string;
}

export interface Counts {
  in_service: number;
  changing: number;
  failed: number;
  idle: number;
}

export interface Failure {
  cause: string;
  fix: string;
  reason: string;
}

export interface Phase {
  index: number;
  of: number;
  label: string;
  since: number;
  last_took_s: number | null;
}

export interface Idle {
  since: number;
  usd: number | null;
}

export interface Twin {
  name: string;
  over_bytes: number | null;
  instance_type: string;
  instances_up: number | null;
  usd_per_hour: number | null;
}

export interface Change {
  before: string;
  after: string;
  usd_per_hour_after: number | null;
}

export interface Row {
  key: string;
  name: string;
  arn: string;
  status: Status;
  status_since: number;
  kind: Kind;
  compute: string;
  memory_mb: number | null;
  instance_type: string | null;
  instances: number | null;
  model_path: string | null;
  code: string;
  usd_per_hour: number | null;
  usd_per_1k: number | null;
  requests_per_min: (number | null)[];
  errors_per_min: (number | null)[];
  rate_per_min: number | null;
  p50_ms: number | null;
  p99_ms: number | null;
  error_count: number | null;
  all_failing: boolean;
  last_call_at: number | null;
  created_at: number;
  ttl_ends_at: number | null;
  over_budget: boolean;
  attention: number;
  failure: Failure | null;
  phase: Phase | null;
  idle: Idle | null;
  twin: Twin | null;
  change: Change | null;
}

export interface Problem {
  code: 'signed-out' | 'forbidden' | 'throttled' | 'no-network' | 'invalid' | 'gone' | 'other';
  title: string;
  text: string;
  copy: string | null;
  retry_at: number | null;
}

export interface Job {
  id: string;
  deed: 'deploy' | 'update' | 'delete' | 'measure';
  endpoint: string;
  state: 'running' | 'done' | 'failed' | 'stopped';
  phase: Phase | null;
  started_at: number;
  ended_at: number | null;
  text: string;
  fix: string;
  model_path: string | null;
  can_stop: boolean;
}

export interface Snapshot {
  seq: number;
  at: number;
  full: boolean;
  target: Target;
  follows_kernel: boolean;
  targets: Target[];
  burn: Burn;
  counts: Counts;
  rows: Row[];
  gone: string[];
  problem: Problem | null;
  stale_since: number | null;
  jobs: Job[];
}

export interface Watching {
  visible: boolean;
}

export interface Choice {
  kind: Kind;
  memory_mb: number | null;
  instance_type: string | null;
  instances: number | null;
}

export interface Size {
  memory_mb: number;
  fits: boolean;
  spare_fraction: number | null;
  p50_ms: number | null;
  measured_at: number | null;
  usd_per_1k: number | null;
  usd_per_month: number | null;
  bound: 'exact' | 'max' | 'unknown';
}

export interface Peak {
  memory_mb: number;
  source: string;
  at: number | null;
}

export interface Alternative {
  choice: Choice;
  title: string;
  vcpus: number | null;
  memory_mb: number | null;
  hours_per_day: number | null;
  usd_per_month: number | null;
  possible: boolean;
  why_not: string;
}

export interface BreakEven {
  serverless_usd_per_call: number | null;
  serverless_usd: number | null;
  memory_mb: number;
  instance_type: string;
  instance_usd: number | null;
  async_hours_per_day: number | null;
  async_usd: number | null;
  calls: number | null;
  times_traffic: number | null;
}

export interface CostLine {
  label: string;
  usd: number | null;
  basis: string;
}

export interface PriceSource {
  region: string;
  as_of: string;
  url: string;
  detail: string;
  text: string;
}

export interface Cost {
  calls_per_month: number;
  calls_per_minute: number;
  measured_calls_per_month: number | null;
  measured_days: number | null;
  now: Choice | null;
  now_usd_per_month: number | null;
  now_usd_per_1k: number | null;
  now_p50_ms: number | null;
  now_memory_mb: number | null;
  now_spare_fraction: number | null;
  peak: Peak | null;
  sizes: Size[];
  best_mb: number | null;
  reason: string;
  alternatives: Alternative[];
  break_even: BreakEven | null;
  paid: CostLine[];
  spent_usd: number | null;
  spent_at_most: boolean;
  measure: string;
  source: PriceSource;
}

export interface ChangePlan {
  before: string;
  after: string;
  usd_per_hour_before: number | null;
  usd_per_hour_after: number | null;
  usd_per_1k_before: number | null;
  usd_per_1k_after: number | null;
  usd_per_month_before: number | null;
  usd_per_month_after: number | null;
  usd_fraction: number | null;
  bound: 'exact' | 'max' | 'unknown';
  p50_before_ms: number | null;
  p50_after_ms: number | null;
  one_way: boolean;
  bills: boolean;
  last_took_s: number | null;
}

export interface MeasurePlan {
  text: string[];
  bills: boolean;
}

export interface Item {
  what: string;
  name: string;
}

export interface DeletePlan {
  names: string[];
  items: Item[];
  keeps: string[];
  account_last4: string | null;
  region: string;
  usd_per_hour: number | null;
}

export interface Started {
  job: string;
}

export interface UploadSource {
  kind: 'upload';
  id: string;
}

export interface PathSource {
  kind: 'path';
  path: string;
}

export interface TextSource {
  kind: 'text';
  text: string;
  content_type: string | null;
}

export interface VariableSource {
  kind: 'variable';
  name: string;
}

export type TestSource = UploadSource | PathSource | TextSource | VariableSource;

export interface Uploaded {
  id: string;
  name: string;
  content_type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  frames: number | null;
  seconds: number | null;
}

export interface Takes {
  accepts: string[] | null;
  request_bytes: number;
  timeout_s: number;
  larger: string;
}

export interface RoutePlan {
  route: RouteName;
  bytes: number;
  sent_bytes: number | null;
  limit_bytes: number;
  limit_name: string;
  next_limit_bytes: number | null;
  parts: number | null;
  part_bytes: number | null;
  frames: number | null;
  possible: RouteName[];
  why: string;
  usd: number | null;
  needs_twin: Twin | null;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
  score: number | null;
}

export interface Frame {
  index: number;
  t_s: number;
  count: number | null;
  boxes: Box[];
  ms: number | null;
  together: number;
  failed: boolean;
  text: string;
}

export interface TestReply {
  text: string;
  truncated: boolean;
  boxes: Box[];
  frames: Frame[] | null;
  failed_frames: number;
  fps: number | null;
  route: RouteName;
  parts: number;
  total_ms: number;
  answer_bytes: number | null;
  content_type: string;
  usd: number | null;
  usd_per_1k: number | null;
  request_id: string;
}

export interface Pending {
  id: string;
  state: 'running' | 'done' | 'failed' | 'stopped';
  route: RouteName;
  started_at: number;
  can_stop: boolean;
  words: string;
  share: number | null;
  left_s: number | null;
  frames: number | null;
  frames_done: number | null;
  frames_failed: number;
  fps: number | null;
  uploaded_bytes: number | null;
  total_bytes: number;
  upload_s: number | null;
  queue_s: number | null;
  output_uri: string;
  problem: Problem | null;
  reply: TestReply | null;
}

export interface Picture {
  jpeg: string;
  width: number;
  height: number;
}

export interface Series {
  label: string;
  values: (number | null)[];
}

export interface Chart {
  key: 'requests' | 'latency' | 'memory' | 'errors';
  unit: 'per-min' | 'ms' | 'mb' | 'count';
  series: Series[];
  top: number;
  limit: number | null;
  says: string;
}

export interface Metrics {
  charts: Chart[];
  start: number;
  end: number;
  period_s: number;
  read_at: number;
  free: boolean;
}

export interface LogLine {
  t: number;
  text: string;
  level: 'info' | 'warning' | 'error';
  stream: string;
}

export interface Log {
  lines: LogLine[];
  next: number;
}

export interface Fact {
  label: string;
  value: string;
  copies: boolean;
}

export interface Facts {
  facts: Fact[];
  ttl_ends_at: number | null;
  can_extend: boolean;
  takes: Takes;
  code: string;
  explanation: Failure[];
}

export interface Check {
  ok: boolean;
  text: string;
  fix: string;
}

export interface Option {
  kind: 'serverless' | 'realtime' | 'async' | 'batch' | 'multi-model' | 'multi-container' | 'pipeline';
  title: string;
  choice: Choice | null;
  best: boolean;
  possible: boolean;
  usd_per_month: number | null;
  reason: string;
}

export interface DeployForm {
  path: string;
  framework: string;
  bytes: number | null;
  checks: Check[];
  ready: boolean;
  name: string;
  name_error: string;
  options: Option[];
  choice: Choice;
  cost: Cost;
  lines: CostLine[];
  usd_per_hour: number | null;
  usd_per_1k: number | null;
  usd_per_month: number | null;
  code: string;
}

export type Nothing = Record<string, never>;

export interface OfEndpoint {
  name: string;
}

export interface SetTarget {
  target: string | null;
}

export interface CostArgs {
  name: string;
  calls_per_month: number | null;
  choice: Choice | null;
}

export interface UpdateArgs {
  name: string;
  choice: Choice;
  calls_per_month: number | null;
}

export interface DeleteArgs {
  names: string[];
}

export interface ExtendArgs {
  name: string;
  ttl: string | null;
}

export interface TestArgs {
  name: string;
  source: TestSource;
  route: RouteName | null;
}

export interface FrameArgs {
  source: TestSource;
  index: number;
}

export interface PendingArgs {
  name: string;
  id: string;
}

export interface LogArgs {
  name: string;
  after: number | null;
}

export interface MetricsArgs {
  name: string;
  hours: number;
}

export interface FormArgs {
  path: string;
  name: string | null;
  choice: Choice | null;
  calls_per_month: number | null;
  twin: boolean;
  ttl: string | null;
}

export interface DeployArgs {
  path: string;
  name: string;
  choice: Choice;
  twin: boolean;
  ttl: string | null;
}

export interface StopArgs {
  job: string;
}

export interface PolicyText {
  text: string;
}

export interface Commands {
  refresh: { args: Nothing; result: Nothing };
  set_target: { args: SetTarget; result: Nothing };
  cost: { args: CostArgs; result: Cost };
  plan_update: { args: UpdateArgs; result: ChangePlan };
  update: { args: UpdateArgs; result: Started };
  plan_measure: { args: OfEndpoint; result: MeasurePlan };
  measure: { args: OfEndpoint; result: Started };
  plan_delete: { args: DeleteArgs; result: DeletePlan };
  delete: { args: DeleteArgs; result: Started };
  extend: { args: ExtendArgs; result: Nothing };
  facts: { args: OfEndpoint; result: Facts };
  metrics: { args: MetricsArgs; result: Metrics };
  logs: { args: LogArgs; result: Log };
  plan_test: { args: TestArgs; result: RoutePlan };
  test: { args: TestArgs; result: Pending };
  pending: { args: PendingArgs; result: Pending };
  stop_test: { args: PendingArgs; result: Nothing };
  frame: { args: FrameArgs; result: Picture };
  form: { args: FormArgs; result: DeployForm };
  deploy: { args: DeployArgs; result: Started };
  demo: { args: Nothing; result: Started };
  stop: { args: StopArgs; result: Nothing };
  policy: { args: Nothing; result: PolicyText };
}
