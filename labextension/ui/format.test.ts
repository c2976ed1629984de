import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import * as format from './format';

const t = (text: string, ...args: (string | number)[]): string =>
  text.replace(/%(\d)/g, (_, place: string) => String(args[Number(place) - 1]));

/** As it is read: no-break spaces as spaces. */
const read = (text: string): string => text.replaceAll(format.NBSP, ' ');

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

beforeEach(() => {
  document.documentElement.lang = 'en-US';
});
afterEach(() => {
  document.documentElement.lang = '';
});

describe('money', () => {
  test.each([
    [0.0021, '$0.0021'],
    [0.003, '$0.0030'],
    [0.03421, '$0.034'],
    [0.0099999, '$0.010'],
    [0.0001, '$0.00010'],
    [0.00009, 'under $0.0001'],
    [0.5, '$0.50'],
    [12.345, '$12.35'],
    [0, '$0']
  ])('of 1,000 calls: %d', (value, said) => {
    expect(format.usdFine(t, value)).toBe(said);
    expect(format.usdPer1k(t, value)).toBe(`${said.replace('under ', '<')}/1k`);
    expect(format.usdPer1kCalls(t, value)).toBe(`${said} per 1k calls`);
  });

  test.each([
    [0.115, '$0.115/h'],
    [0.45, '$0.45/h'],
    [0.23, '$0.23/h'],
    [1.2034, '$1.203/h'],
    [0.0004, 'under $0.001/h'],
    [0, '$0/h']
  ])('an hour: %d', (value, said) => {
    expect(format.usdPerHour(t, value)).toBe(said);
  });

  test.each([
    [2.5, '$2.50 a month', '$2.50 a month'],
    [330.2, '$330.20 a month', '$330 a month'],
    [99.99, '$99.99 a month', '$99.99 a month'],
    [0.004, 'under $0.01 a month', 'under $0.01 a month'],
    [0, '$0 a month', '$0 a month']
  ])('a month: %d', (value, said, heading) => {
    expect(format.usdPerMonth(t, value)).toBe(said);
    expect(format.usdPerMonth(t, value, true)).toBe(heading);
  });

  test('an hour in a heading has no third decimal', () => {
    expect(format.usdPerHour(t, 0.447, true)).toBe('$0.45/h');
    expect(format.usdPerHour(t, 0.014, true)).toBe('$0.014/h');
    expect(format.usdPerHour(t, 0.0004, true)).toBe('<$0.001/h');
    expect(format.usdPerHour(t, 0, true)).toBe('$0/h');
  });
});

describe('latency, rates, counts', () => {
  test.each([
    [52, '52 ms'],
    [0.4, '0.4 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1800, '1.8 s'],
    [12_300, '12.3 s'],
    [140_000, '140 s']
  ])('latency of %d ms', (value, said) => {
    expect(read(format.latency(value))).toBe(said);
  });

  test.each([
    [27, '27/min'],
    [112.4, '112/min'],
    [0.4, '0.4/min'],
    [0.01, '<0.1/min'],
    [0, '0/min']
  ])('rate of %d', (value, said) => {
    expect(format.perMinute(t, value)).toBe(said);
  });

  test.each([
    [1_200_000, '1,200,000', '1.2 M'],
    [35_800_000, '35,800,000', '35.8 M'],
    [999_499, '999,499', '999,499'],
    [999_500, '999,500', '1 M'],
    [2_000_000_000, '2,000,000,000', '2 B'],
    [7, '7', '7']
  ])('count of %d', (value, field, text) => {
    expect(format.count(value)).toBe(field);
    expect(read(format.countShort(value))).toBe(text);
  });

  test.each([
    [0.51, '51 %'],
    [1, '100 %'],
    [0.004, 'under 1 %'],
    [0, '0 %']
  ])('share of %d', (value, said) => {
    expect(read(format.percent(t, value))).toBe(said);
  });
});

describe('sizes', () => {
  test.each([
    [231, '231 B'],
    [12 * 1024, '12 kB'],
    [1.8 * MIB, '1.8 MB'],
    [4 * MIB, '4 MB'],
    [231 * MIB, '231 MB'],
    [1.5 * 1024 * MIB, '1.5 GB']
  ])('size of %d bytes', (value, said) => {
    expect(read(format.size(value))).toBe(said);
  });

  test.each([
    [512, '512 MB'],
    [2048, '2 GB'],
    [1413.12, '1.38 GB'],
    [6144, '6 GB']
  ])('memory of %d MB', (value, said) => {
    expect(read(format.memory(value))).toBe(said);
  });
});

describe('time', () => {
  test.each([
    [12 * SECOND, '12 s', '12 s'],
    [134 * SECOND, '2 min 14 s', '2 min'],
    [185 * SECOND, '3 min 05 s', '3 min'],
    [3 * HOUR + 12 * MINUTE, '3 h 12 min', '3 h'],
    [5 * HOUR + 59 * MINUTE, '5 h 59 min', '5 h'],
    [DAY, '1 d', '1 d'],
    [DAY + HOUR, '1 d 1 h', '25 h'],
    [9 * DAY + 4 * HOUR, '9 d 4 h', '9 d'],
    [-5, '0 s', '0 s']
  ])('%d ms', (value, long, short) => {
    expect(read(format.duration(value))).toBe(long);
    expect(read(format.durationShort(value))).toBe(short);
  });

  test.each([
    [59 * MINUTE + 59 * SECOND, '59 min'],
    [2 * HOUR - SECOND, '2 h'],
    [HOUR + 20 * MINUTE, '1 h'],
    [DAY - MINUTE, '1 d']
  ])('%d ms that are left', (value, left) => {
    expect(read(format.timeLeft(value))).toBe(left);
  });

  test('a time of day is local and of 24 hours', () => {
    const at = new Date(2026, 10, 20, 14, 2, 11).getTime();
    expect(format.clock(at)).toBe('14:02');
    expect(format.clock(at, true)).toBe('14:02:11');
    expect(format.clock(new Date(2026, 10, 20, 0, 5).getTime())).toBe('00:05');
    expect(format.day(at)).toBe('Nov 20');
    expect(format.fullTime(at)).toContain('2026');
  });
});

test('no number stands apart from its unit', () => {
  const said = [
    format.latency(52),
    format.latency(1800),
    format.memory(2048),
    format.size(1.8 * MIB),
    format.percent(t, 0.5),
    format.duration(134 * SECOND),
    format.durationShort(5 * HOUR),
    format.countShort(1_200_000)
  ];
  expect(said.filter(text => /\d /.test(text))).toEqual([]);
});

test('numbers follow the language of the page', () => {
  document.documentElement.lang = 'de';
  expect(read(format.latency(1800))).toBe('1,8 s');
  expect(format.count(1_200_000)).toBe('1.200.000');
});
