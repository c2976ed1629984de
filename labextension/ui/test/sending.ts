// A test request: whether to ask first, sending it, what is kept of it.

import { problemOf } from '../answer';
import { usd, usdPerHour } from '../format';
import type { Host, Question } from '../host';
import type { Problem, RouteName, RoutePlan, TestReply } from '../shapes';
import { keyOf, looks, sourceOf, type Draft } from './draft';
import type { Replied } from './Answer';

/** What was sent last: of which draft, and how far that is. */
export interface Sent {
  of: string;
  sending: boolean;
  /** The job it became, if it goes through S3 and is not done. */
  job: string | null;
  /** The newest answer; the one before stays until then. */
  replied: Replied | null;
  problem: Problem | null;
}

/** A request that costs less is sent without a question. */
const ASK_FROM_USD = 0.01;

/** What is asked before it is sent; null if nothing needs to be. */
export function sendQuestion(
  t: Host['t'],
  endpoint: string,
  plan: RoutePlan
): Question | null {
  const { needs_twin, usd: cost } = plan;
  if (needs_twin) {
    return {
      title: t('Add an async twin to %1?', endpoint),
      text: [t('It takes what is too large for one request.')],
      rows: [
        { label: t('Name'), value: needs_twin.name },
        { label: t('Runs on'), value: needs_twin.instance_type },
        {
          label: t('While it works'),
          value:
            needs_twin.usd_per_hour === null
              ? t('price unknown')
              : usdPerHour(t, needs_twin.usd_per_hour)
        }
      ],
      notes: [
        t('It scales to zero when it has nothing to do.'),
        t('It is deleted with %1.', endpoint)
      ],
      deed: t('Add twin and send')
    };
  }
  if (cost === null || cost < ASK_FROM_USD) {
    return null;
  }
  return {
    title: t('Send it to %1?', endpoint),
    rows: [{ label: t('Costs about'), value: usd(t, cost) }],
    deed: t('Send')
  };
}

/** What is sent, and to what. */
export interface Request {
  endpoint: string;
  draft: Draft;
  route: RouteName | null;
  /** The code that does the same, to be inserted. */
  code: string | null;
}

/** Sends it, by the server or, if it is a variable, by the kernel; tells each step. */
export async function send(
  host: Host,
  request: Request,
  tell: (step: (old: Sent | null) => Sent) => void
): Promise<void> {
  const of = keyOf(request.draft);
  tell(old => ({
    of,
    sending: true,
    job: null,
    replied: old?.of === of ? old.replied : null,
    problem: null
  }));
  const step = (part: Partial<Sent>) =>
    // Meanwhile something else may have been sent.
    tell(old => (old?.of === of ? { ...old, ...part } : { ...nothing(of), ...part }));
  try {
    const reply = await call(host, request);
    step({ sending: false, ...kept(request, reply) });
  } catch (error) {
    step({ sending: false, problem: problemOf(error, host) });
  }
}

const nothing = (of: string): Sent => ({
  of,
  sending: false,
  job: null,
  replied: null,
  problem: null
});

async function call(host: Host, request: Request): Promise<TestReply> {
  const { endpoint, draft, route } = request;
  const source = sourceOf(draft);
  if (source) {
    return host.command('test', { name: endpoint, source, route });
  }
  if (host.kernel && draft.variable !== null) {
    return host.kernel.test(endpoint, draft.variable, route);
  }
  throw new Error(host.t('There is nothing to send.'));
}

/** What is kept of an answer, or of the job that it will come from. */
export function kept(request: Request, reply: TestReply): Partial<Sent> {
  if (reply.pending !== null) {
    return { job: reply.pending };
  }
  const { draft, code } = request;
  const looked = draft.kind === 'file' && looks(draft.file) !== null;
  return {
    job: null,
    replied: { reply, picture: looked ? sourceOf(draft) : null, code }
  };
}
