import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { seeded, splitmix32, xoshiro128 } from './index.ts'

test('[D9] the generator is xoshiro128**: the first numbers of its published algorithm, reckoned with big integers', () => {
  const mask = 0xffff_ffffn
  const rotated = (value: bigint, by: bigint) => ((value << by) | (value >> (32n - by))) & mask
  const state: [bigint, bigint, bigint, bigint] = [1n, 2n, 3n, 4n]
  const expected = Array.from({ length: 1000 }, () => {
    const result = (rotated((state[1] * 5n) & mask, 7n) * 9n) & mask
    const shifted = (state[1] << 9n) & mask
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotated(state[3], 11n)
    return Number(result)
  })
  const random = xoshiro128([1, 2, 3, 4])
  const [first, rest] = [new Uint32Array(4), new Uint32Array(996)]
  random(first)
  random(rest)
  deepEqual([...first], [11520, 0, 5927040, 70819200])
  deepEqual([...first, ...rest], expected)
})

test('[D9] the numbers of a seed stay what they were when the first forecasts were stored', () => {
  const into = new Uint32Array(4)
  seeded(20261121)(into)
  deepEqual([...into], [2834419528, 400015011, 2823234311, 3652068226])
  const next = splitmix32(0x5eed + 26)
  deepEqual([next(), next(), next(), next()], [984408715, 2053957978, 2781948661, 1026902018])
})
