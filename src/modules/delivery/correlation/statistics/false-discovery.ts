/**
 * q-values of Benjamini and Hochberg (1995): the smallest share of false finds among all that are at least this strong, at which this one
 * would be found. In the order of `ps`; each from its p up to 1.
 */
export function qValues(ps: readonly number[]): Float64Array {
  const order = Array.from(ps, (_, at) => at).sort((a, b) => ps[b]! - ps[a]!)
  const qs = new Float64Array(ps.length)
  let least = 1
  order.forEach((at, index) => {
    least = Math.min(least, (ps[at]! * ps.length) / (ps.length - index))
    qs[at] = least
  })
  return qs
}
