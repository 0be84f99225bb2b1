import { readFileSync } from 'node:fs'
import { databaseUrl, rolePassword, withClient } from '#kernel/database/index.ts'
import { rollUpDays } from '#modules/delivery/dora/roll-up-statement.ts'
import { benchTenant } from './support/delivery-data.ts'

const login = { user: 'daytwo_bench', password: rolePassword('a secret of the benchmarks, long enough', 'login') }
const many = process.argv[2] === 'many'
const streams = ['all', ...Array.from({ length: 200 }, (_, i) => `s-${i + 1}`)]
const day = (n: number) => new Date(Date.UTC(2025, 8, 1) + n * 86400000).toISOString().slice(0, 10)
const pairs = many
  ? [300, 301, 302, 303, 304, 305, 306].flatMap((n) => streams.map((s) => [s, day(n)]))
  : [
      ['s-5', day(100)],
      ['all', day(100)],
    ]
const q = rollUpDays.sql({ tenantId: benchTenant, streams: pairs.map((p) => p[0]!), days: pairs.map((p) => p[1]!) })
await withClient(databaseUrl(readFileSync('/tmp/dorasrv.url', 'utf8'), 'dora_dev', login), async (c) => {
  await c.query('begin')
  await c.query(`set local role daytwo_app; set local app.tenant_id='${benchTenant}'`)
  if (process.argv[3] === 'generic') await c.query(`set local plan_cache_mode=force_generic_plan`)
  if (process.argv[4]) await c.query(process.argv[4])
  for (let i = 0; i < 2; i++) {
    const r = await c.query({
      name: 'x',
      text: 'explain (analyze, timing on, buffers off) ' + q.text,
      values: q.values as unknown[],
    })
    if (i === 1)
      console.log(
        r.rows
          .map((x: any) => x['QUERY PLAN'])
          .filter((l: string) => process.argv[5] || /actual|Time|Filter|Cond/.test(l))
          .join('\n'),
      )
  }
  await c.query('rollback')
})
