import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { databaseUrl, openDatabase, rolePassword, withClient } from '#kernel/database/index.ts'
import { readStreams } from '#modules/delivery/dora/queries.ts'
import { windowOfStream } from '#modules/delivery/dora/window.ts'
import { measureBriefly } from '#modules/delivery/dora/measure.ts'
import { percentilesOf } from '#modules/delivery/dora/nearest-rank.ts'
import { bandsOf } from '#modules/delivery/dora/bands.ts'
import { benchTenant } from './support/delivery-data.ts'
const login = { user: 'daytwo_bench', password: rolePassword('a secret of the benchmarks, long enough', 'login') }
const url = databaseUrl(readFileSync('/tmp/dorasrv.url','utf8'), 'dora_dev', login)
const db = openDatabase({ url, poolMax: 2, name: 'x', log: pino({level:'info'}) })
const q = { streams: Array.from({length:200},(_,i)=>`s-${i+1}`), from: '2025-09-01', to: '2026-08-31' }
const span = { from: 20332, to: 20332+364 }
for (let i=0;i<8;i++){ const t0=performance.now(); const rows = await db.tenantRead({tenantId: benchTenant}, (tx)=>tx.rows(readStreams,q)); const t1=performance.now()
 const w = rows.map((r)=>windowOfStream(r,span,new Date(0))); const t2=performance.now()
 const p = w.map((x)=>measureBriefly(x,bandsOf('devlake-2023'))); const t3=performance.now(); console.log('query',(t1-t0).toFixed(1),'unpack',(t2-t1).toFixed(1),'measure',(t3-t2).toFixed(1), p.length) }
const s = readStreams.sql(q)
await withClient(url, async (c) => { await c.query('begin'); await c.query(`set local role daytwo_app; set local app.tenant_id='${benchTenant}'`)
 for (let i=0;i<3;i++){ const r = await c.query({ text: 'explain (analyze, buffers) '+s.text, values: s.values as unknown[] }); console.log(r.rows.map((x)=>x['QUERY PLAN']).join('\n')) } })
await db.close()
