import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { databaseUrl, openDatabase, rolePassword } from '#kernel/database/index.ts'
import { rollUp } from '#modules/delivery/dora/roll-up.ts'
import { benchTenant } from './support/delivery-data.ts'

const login = { user: 'daytwo_bench', password: rolePassword('a secret of the benchmarks, long enough', 'login') }
const db = openDatabase({
  url: databaseUrl(readFileSync('/tmp/dorasrv.url', 'utf8'), 'dora_dev', login),
  poolMax: 2,
  name: 'x',
  log: pino({ level: 'info' }),
})
const ctx = { tenantId: benchTenant }
const streams = ['all', ...Array.from({ length: 200 }, (_, i) => `s-${i + 1}`)]
const day = (n: number) => new Date(Date.UTC(2025, 8, 1) + n * 86400000).toISOString().slice(0, 10)
const size = Number(process.argv[2] ?? 7)
const t0 = performance.now()
for (let from = 0; from < 365; from += size) {
  const pairs = []
  for (let n = from; n < Math.min(365, from + size); n++)
    for (const stream of streams) pairs.push({ stream, day: day(n) })
  const t = performance.now()
  const changed = await db.tenantTx(ctx, (tx) => rollUp(tx, pairs), { statementTimeoutMs: 600000 })
  if (from < 5 * size) console.log(from, pairs.length, changed, (performance.now() - t).toFixed(0))
}
console.log('all', (performance.now() - t0).toFixed(0))
for (const pairs of [
  [{ stream: 's-5', day: day(100) }],
  [{ stream: 'all', day: day(100) }],
  [
    { stream: 's-5', day: day(100) },
    { stream: 'all', day: day(100) },
  ],
]) {
  const ts = []
  for (let i = 0; i < 7; i++) {
    const t = performance.now()
    await db.tenantTx(ctx, (tx) => rollUp(tx, pairs))
    ts.push((performance.now() - t).toFixed(1))
  }
  console.log(pairs.length, ts.join(' '))
}
await db.close()
