/** Student's t, for p-values smaller than shuffles can tell. */

/** Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients); relative error under 1e-13 for x ≥ 0.5. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x ≥ 0.5. */
export function logGamma(x: number): number {
  const base = x + 6.5
  let sum = lanczos[0]!
  for (let term = 1; term < lanczos.length; term++) sum += lanczos[term]! / (x - 1 + term)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

/** The regularised incomplete beta function I_x(a, b): the continued fraction DLMF 8.17.22 by Lentz' method. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast on this side only; DLMF 8.17.4 for the other.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1), tiny)
  let value = d
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d, tiny)
    c = notZero(1 + even / c, tiny)
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d, tiny)
    c = notZero(1 + odd / c, tiny)
    value *= c * d
    if (Math.abs(c * d - 1) < 1e-14) break
  }
  return front * value
}

const notZero = (value: number, tiny: number) => (Math.abs(value) < tiny ? tiny : value)

/**
 * Two-sided p of a correlation coefficient of `n` independent pairs: t = r √((n − 2) / (1 − r²)) with n − 2 degrees of freedom. `n`
 * need not be whole. 1 where there are no degrees of freedom.
 */
export function pOfCoefficient(r: number, n: number): number {
  return n <= 2 ? 1 : incompleteBeta(1 - r * r, (n - 2) / 2, 0.5)
}

/** The coefficient of `n` independent pairs that is as strong as `r` of `effective` ones: both have the same t. */
export function asStrong(r: number, effective: number, n: number): number {
  if (effective >= n || Math.abs(r) >= 1) return r
  const t2 = (r * r * (effective - 2)) / (1 - r * r)
  return Math.sign(r) * Math.sqrt(t2 / (n - 2 + t2))
}
