// Numbers and units in words. Pure: no clock, no state but the page's language.

import type { Host } from './host';

type Translate = Host['t'];

/** What stands between a number and its unit, so that no line breaks there. */
export const NBSP = '\u00a0';

/** What stands where a value is unknown; give it a spoken label (see `Unknown`). */
export const UNKNOWN = '—';

const MIB = 1024 * 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const made = new Map<string, Intl.NumberFormat>();

function number(value: number, options: Intl.NumberFormatOptions): string {
  const locale = language();
  const key = locale + JSON.stringify(options);
  let format = made.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    made.set(key, format);
  }
  return format.format(value);
}

function language(): string {
  return (typeof document !== 'undefined' && document.documentElement.lang) || 'en-US';
}

/** A number of at most so many decimals, none of them a trailing zero. */
export function plain(value: number, decimals = 0): string {
  return number(value, { maximumFractionDigits: decimals });
}

function dollars(value: number, least: number, most: number): string {
  return number(value, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: least,
    maximumFractionDigits: most
  });
}

/** Dollars as an amount: `$2.50`, `$0`, `under $0.01`. */
export function usd(t: Translate, value: number): string {
  if (value === 0) {
    return dollars(0, 0, 0);
  }
  return value < 0.01 ? t('under %1', dollars(0.01, 2, 2)) : dollars(value, 2, 2);
}

/** Dollars for a heading: no cents from $100. */
export function usdShort(t: Translate, value: number): string {
  return value >= 100 ? dollars(value, 0, 0) : usd(t, value);
}

/** Dollars of few calls: 2 significant figures, `$0.0021`; `under $0.0001`. */
export function usdFine(t: Translate, value: number): string {
  if (value === 0) {
    return dollars(0, 0, 0);
  }
  if (value < 0.0001) {
    return t('under %1', dollars(0.0001, 4, 4));
  }
  if (value >= 1) {
    return dollars(value, 2, 2);
  }
  // 0.00999 rounds to 0.010: count the places after rounding to two figures.
  const places = 1 - Math.floor(Math.log10(Number(value.toPrecision(2))));
  return dollars(value, places, places);
}

/** The same where there is little room: `<$0.0001`. */
export function usdFineShort(t: Translate, value: number): string {
  return value > 0 && value < 0.0001 ? `<${dollars(0.0001, 4, 4)}` : usdFine(t, value);
}

/** `$0.0021 per 1k calls`. */
export function usdPer1kCalls(t: Translate, value: number): string {
  return t('%1 per 1k calls', usdFine(t, value));
}

/** `$0.0021/1k`. */
export function usdPer1k(t: Translate, value: number): string {
  return t('%1/1k', usdFineShort(t, value));
}

/** Dollars an hour without the unit: `$0.115`, `$0`, `under $0.001`. */
export function usdHourly(t: Translate, value: number): string {
  if (value === 0) {
    return dollars(0, 0, 0);
  }
  return value < 0.001 ? t('under %1', dollars(0.001, 3, 3)) : dollars(value, 2, 3);
}

/** `$0.115/h`; in a heading `$0.45/h`, `<$0.001/h`. */
export function usdPerHour(t: Translate, value: number, heading = false): string {
  if (heading && value > 0 && value < 0.001) {
    return t('%1/h', `<${dollars(0.001, 3, 3)}`);
  }
  return t(
    '%1/h',
    heading && value >= 0.1 ? dollars(value, 2, 2) : usdHourly(t, value)
  );
}

/** `$2.50 a month`; in a heading `$330 a month`. */
export function usdPerMonth(t: Translate, value: number, heading = false): string {
  return t('%1 a month', heading ? usdShort(t, value) : usd(t, value));
}

/** A latency: `52 ms`, from 1,000 ms `1.8 s`. */
export function latency(ms: number): string {
  if (Math.round(ms) < 1000) {
    return `${plain(ms, ms < 9.5 ? 1 : 0)}${NBSP}ms`;
  }
  return `${plain(ms / SECOND, ms < 100 * SECOND ? 1 : 0)}${NBSP}s`;
}

/** A rate: `27/min`, `0.4/min`. */
export function perMinute(t: Translate, rate: number): string {
  return t(
    '%1/min',
    rate > 0 && rate < 0.1 ? '<' + plain(0.1, 1) : plain(rate, rate < 9.5 ? 1 : 0)
  );
}

/** A count in a field: `1,200,000`. */
export function count(value: number): string {
  return plain(value);
}

/** A count in text: `1.2 M` from a million, else `120,000`. */
export function countShort(value: number): string {
  if (value < 999_500) {
    return plain(value);
  }
  return value < 999_500_000
    ? `${plain(value / 1e6, 1)}${NBSP}M`
    : `${plain(value / 1e9, 1)}${NBSP}B`;
}

/** A share, 0 to 1: `51 %`, `under 1 %`. */
export function percent(t: Translate, fraction: number): string {
  const shown = fraction * 100;
  return shown > 0 && shown < 0.5
    ? t('under %1', `1${NBSP}%`)
    : `${plain(shown)}${NBSP}%`;
}

/** A size: `1.8 MB`, `4 MB`; a MB is 1024 * 1024 bytes, as AWS's limits are. */
export function size(bytes: number): string {
  if (bytes < 1000) {
    return `${plain(bytes)}${NBSP}B`;
  }
  if (bytes < 0.0995 * MIB) {
    return `${plain(bytes / 1024)}${NBSP}kB`;
  }
  const mb = bytes / MIB;
  return mb < 999.5
    ? `${plain(mb, mb < 99.95 ? 1 : 0)}${NBSP}MB`
    : `${plain(mb / 1024, 1)}${NBSP}GB`;
}

/** Memory in MB: `2 GB`, `1.38 GB`, `512 MB`. */
export function memory(mb: number): string {
  return mb < 1000 ? `${plain(mb)}${NBSP}MB` : `${gigabytes(mb)}${NBSP}GB`;
}

/** Memory in MB as GB without the unit: `1.38`. */
export function gigabytes(mb: number): string {
  return plain(mb / 1024, 2);
}

const two = (value: number): string => number(value, { minimumIntegerDigits: 2 });

/** Time that went by: `12 s`, `2 min 14 s`, `3 h 12 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / SECOND) * SECOND);
  if (whole < MINUTE) {
    return `${whole / SECOND}${NBSP}s`;
  }
  if (whole < HOUR) {
    const seconds = (whole % MINUTE) / SECOND;
    return `${Math.floor(whole / MINUTE)}${NBSP}min${NBSP}${two(seconds)}${NBSP}s`;
  }
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    return `${Math.floor(whole / HOUR)}${NBSP}h${NBSP}${two(minutes)}${NBSP}min`;
  }
  const hours = Math.floor((whole % DAY) / HOUR);
  return `${plain(Math.floor(whole / DAY))}${NBSP}d${hours ? `${NBSP}${hours}${NBSP}h` : ''}`;
}

/** Time in one unit, for a column: `12 s`, `6 min`, `5 h`, `9 d`. */
export function durationShort(ms: number): string {
  if (ms < MINUTE) {
    return `${Math.max(0, Math.floor(ms / SECOND))}${NBSP}s`;
  }
  if (ms < HOUR) {
    return `${Math.floor(ms / MINUTE)}${NBSP}min`;
  }
  return ms < 2 * DAY && ms !== DAY
    ? `${Math.floor(ms / HOUR)}${NBSP}h`
    : `${plain(Math.floor(ms / DAY))}${NBSP}d`;
}

/** Time that is left; from an hour on the nearest one: `2 h` of 1 h 59 min. */
export function timeLeft(ms: number): string {
  return durationShort(ms < HOUR ? ms : Math.round(ms / HOUR) * HOUR);
}

function when(ms: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language(), { hourCycle: 'h23', ...options }).format(
    ms
  );
}

/** Local time of day: `14:02`, or with seconds `14:02:11`. */
export function clock(ms: number, seconds = false): string {
  return when(ms, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' })
  });
}

/** Local date: `20 Nov`. */
export function day(ms: number): string {
  return when(ms, { day: 'numeric', month: 'short' });
}

/** Local date and time in full, for tooltips. */
export function fullTime(ms: number): string {
  return when(ms, { dateStyle: 'medium', timeStyle: 'long' });
}
