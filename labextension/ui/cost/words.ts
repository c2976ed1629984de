// Words of the cost view: choices, bounds, changes.

import { memory, percent, plain, UNKNOWN, usd, usdFine, NBSP } from '../format';
import type { Host } from '../host';
import type { Choice, Size } from '../shapes';

type Translate = Host['t'];
type Bound = Size['bound'];

/** What two choices are compared by, and what a radio's value is. */
export function keyOf(choice: Choice | null): string {
  return choice
    ? [
        choice.kind,
        choice.memory_mb ?? '',
        choice.instance_type ?? '',
        choice.instances ?? 1
      ].join(' ')
    : '';
}

/** A serverless endpoint of so much memory. */
export function serverless(memory_mb: number): Choice {
  return { kind: 'serverless', memory_mb, instance_type: null, instances: null };
}

/** `2 GB`, `ml.c5.large`, `ml.c5.large async`. */
export function titleOf(t: Translate, choice: Choice): string {
  if (choice.kind === 'serverless') {
    return choice.memory_mb === null ? t('serverless') : memory(choice.memory_mb);
  }
  const type = choice.instance_type ?? UNKNOWN;
  return choice.kind === 'async' ? t('%1 async', type) : type;
}

/** Dollars a month: `$2.50`, `≤ $3.74`; null if unknown. */
export function monthly(
  t: Translate,
  value: number | null,
  bound: Bound
): string | null {
  return bounded(value, bound, 0.01, dollars => usd(t, dollars));
}

/** Dollars of 1,000 calls: `$0.0021`, `≤ $0.0031`; null if unknown. */
export function perThousand(
  t: Translate,
  value: number | null,
  bound: Bound
): string | null {
  return bounded(value, bound, 0.0001, dollars => usdFine(t, dollars));
}

function bounded(
  value: number | null,
  bound: Bound,
  least: number,
  words: (value: number) => string
): string | null {
  if (value === null || bound === 'unknown') {
    return null;
  }
  if (value > 0 && value < least) {
    return `<${NBSP}${words(least)}`;
  }
  return bound === 'max' ? `≤${NBSP}${words(value)}` : words(value);
}

/** The SDK's words as the beginning of a line; a type, `ml.c5.large`, stays as it is. */
export function capital(words: string): string {
  return /^ml\./.test(words) ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/** More than this is told as so many times as much. */
const MANY_TIMES = 10;
/** Of more than this nobody wants to know how many. */
const MOST_TIMES = 1000;

/** How many times as much: `1.2 times`, `30 times`, `over 1,000 times`. */
export function times(t: Translate, factor: number): string {
  return factor > MOST_TIMES
    ? t('over %1 times', plain(MOST_TIMES))
    : t('%1 times', plain(factor, factor < MANY_TIMES ? 1 : 0));
}

/** By how much something changes: `−32 %`, `+46 %`, `30 times as much`. */
export function change(t: Translate, fraction: number): string {
  if (fraction >= MANY_TIMES) {
    return t('%1 as much', times(t, fraction + 1));
  }
  const sign = fraction < 0 ? '−' : fraction > 0 ? '+' : '';
  return sign + percent(t, Math.abs(fraction));
}

/** Calls at a mark: `10k`, `1M`. */
export function callsMark(calls: number): string {
  const units: [number, string][] = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k']
  ];
  const found = units.find(([least]) => calls >= least);
  return found ? plain(calls / found[0]) + found[1] : plain(calls);
}

/** Dollars at a mark: `1¢`, `$100`, `$1k`. */
export function usdMark(dollars: number): string {
  if (dollars < 1) {
    return `${plain(dollars * 100, 4)}¢`;
  }
  return `$${callsMark(dollars)}`;
}
