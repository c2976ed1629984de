// A test request: whether to ask first, sending it, what is kept of it.

import { problemOf } from '../answer';
import { usd, usdPerHour } from '../format';
import type { Host, Question } from '../host';
import type { Pending, Problem, RouteName, RoutePlan } from '../shapes';
import { keyOf, looks, sourceOf, type Draft } from './draft';
import type { Replied } from './Answer';

/** What was sent last: of which draft, and how far that is. */
export interface Sent {
  of: string;
  sending: boolean;
  /** How far it is; null until it was taken. */
  pending: Pending | null;
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

type Step = (old: Sent | null) => Sent | null;

/** Sends it, and tells each step; how far it is after that, `followed` tells. */
export async function send(
  host: Host,
  request: Request,
  tell: (step: Step) => void
): Promise<void> {
  const { endpoint, draft, route } = request;
  const of = keyOf(draft);
  const source = sourceOf(draft);
  if (!source) {
    return;
  }
  tell(old => ({
    of,
    sending: true,
    pending: null,
    replied: old?.of === of ? old.replied : null,
    problem: null
  }));
  try {
    const pending = await host.command('test', { name: endpoint, source, route });
    tell(followed(request, pending));
  } catch (error) {
    tell(ended(request, problemOf(error, host)));
  }
}

/** What is kept when more is known of how far it is. */
export function followed(request: Request, pending: Pending): Step {
  const { draft, code } = request;
  const { state, problem, reply } = pending;
  const looked = draft.kind === 'file' && looks(draft.file) !== null;
  return unlessOther(request, old => ({
    ...old,
    sending: state === 'running',
    pending,
    problem,
    replied: reply
      ? { reply, picture: looked ? sourceOf(draft) : null, code }
      : old.replied
  }));
}

/** What is kept when it cannot be followed any more. */
export function ended(request: Request, problem: Problem): Step {
  return unlessOther(request, old => ({ ...old, sending: false, problem }));
}

/** Meanwhile something else may have been sent. */
function unlessOther(request: Request, step: (old: Sent) => Sent): Step {
  return old => (old?.of === keyOf(request.draft) ? step(old) : old);
}
