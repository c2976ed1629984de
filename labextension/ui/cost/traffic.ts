// Calls a month: the slider's steps, and what may be typed beside it.

import { plain } from '../format';

/** The slider goes from 1k to 100M calls a month, 20 steps a decade. */
const FIRST_DECADE = 3;
const LAST_DECADE = 8;
export const STEPS_PER_DECADE = 20;
export const LAST_STEP = (LAST_DECADE - FIRST_DECADE) * STEPS_PER_DECADE;

/** Where the slider has a word below it: each decade's step and calls. */
export const DECADES = Array.from(
  { length: LAST_DECADE - FIRST_DECADE + 1 },
  (_, i) => ({
    step: i * STEPS_PER_DECADE,
    calls: 10 ** (FIRST_DECADE + i)
  })
);

const POWERS: Record<string, number> = { k: 3, m: 6, b: 9 };
const MOST_CALLS = 1e12;

/** The step nearest to so many calls, within the slider. */
export function stepOf(calls: number): number {
  if (calls <= 0) {
    return 0;
  }
  const step = Math.round((Math.log10(calls) - FIRST_DECADE) * STEPS_PER_DECADE);
  return Math.min(LAST_STEP, Math.max(0, step));
}

/** The calls of a step, to three digits: nobody means 1,122,018. */
export function callsAt(step: number): number {
  return Number((10 ** (FIRST_DECADE + step / STEPS_PER_DECADE)).toPrecision(3));
}

/**
 * Reads `1200000`, `1,200,000`, `1.2M` or `1.2 M`; null if it is no number of calls.
 *
 * Without a letter a comma or a point can only group thousands; before one it is the
 * language's `decimal` sign, or any sign that no three digits follow.
 */
export function parseCalls(text: string, decimal: string): number | null {
  const typed = text.replace(/[\s_'’]/g, '').toLowerCase();
  const letter = /[kmb]$/.exec(typed)?.[0] ?? '';
  const digits = typed.slice(0, typed.length - letter.length);
  const number = letter ? withFraction(digits, decimal) : digits;
  if (!/^(\d+|\d{1,3}([.,]\d{3})+)(#\d+)?$/.test(number)) {
    return null;
  }
  const value = Number(number.replace(/[.,]/g, '').replace('#', '.'));
  const calls = Math.round(value * 10 ** (POWERS[letter] ?? 0));
  return calls <= MOST_CALLS ? calls : null;
}

/** Puts `#` where the fraction begins. */
function withFraction(digits: string, decimal: string): string {
  const at = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  if (at < 0) {
    return digits;
  }
  const thousands = /^.\d{3}$/.test(digits.slice(at)) && digits[at] !== decimal;
  return thousands ? digits : `${digits.slice(0, at)}#${digits.slice(at + 1)}`;
}

/** The sign before a fraction in the page's language. */
export function decimalSign(): string {
  return plain(0.5, 1).replace(/\d/g, '');
}
