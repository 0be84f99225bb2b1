/** A value of an alert as people read it: shares keep two digits, counts none. Pure. */

/** `0.82`, `57`, `12,400`. */
export const measured = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0 })
