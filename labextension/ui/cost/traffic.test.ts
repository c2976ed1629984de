import { describe, expect, it } from 'vitest';

import {
  callsAt,
  DECADES,
  decimalSign,
  LAST_STEP,
  parseCalls,
  stepOf
} from './traffic';

describe('the slider', () => {
  it('has a step each twentieth of a decade, and whole decades exactly', () => {
    expect(LAST_STEP).toBe(100);
    expect(DECADES.map(decade => callsAt(decade.step))).toEqual([
      1e3, 1e4, 1e5, 1e6, 1e7, 1e8
    ]);
    expect(callsAt(61)).toBe(1_120_000);
  });

  it('finds every step again', () => {
    for (let step = 0; step <= LAST_STEP; step += 1) {
      expect(stepOf(callsAt(step))).toBe(step);
    }
  });

  it('stays within its ends', () => {
    expect(stepOf(0)).toBe(0);
    expect(stepOf(12)).toBe(0);
    expect(stepOf(1e11)).toBe(LAST_STEP);
  });
});

describe('what is typed', () => {
  it.each([
    ['1200000', 1_200_000],
    ['1,200,000', 1_200_000],
    ['1.200.000', 1_200_000],
    ['1 200 000', 1_200_000],
    ['1\u202f200\u00a0000', 1_200_000],
    ['1_200_000', 1_200_000],
    ['1.2M', 1_200_000],
    ['1.2 m', 1_200_000],
    ['1,2M', 1_200_000],
    ['1,200k', 1_200_000],
    ['0.25M', 250_000],
    ['2B', 2_000_000_000],
    ['900', 900],
    ['0', 0]
  ])('reads %s', (text, calls) => {
    expect(parseCalls(text, '.')).toBe(calls);
  });

  it('takes the language at its decimal sign', () => {
    expect(parseCalls('1,200k', ',')).toBe(1200);
    expect(parseCalls('1.200k', ',')).toBe(1_200_000);
    expect(parseCalls('1.200k', '.')).toBe(1200);
    document.documentElement.lang = 'de';
    expect(decimalSign()).toBe(',');
    document.documentElement.lang = 'en';
    expect(decimalSign()).toBe('.');
  });

  it.each(['', 'many', '-5', '1.5', '12,34', '1.2.3M', '1e6', '5000B', 'M'])(
    'refuses %s',
    text => {
      expect(parseCalls(text, '.')).toBeNull();
    }
  );
});
