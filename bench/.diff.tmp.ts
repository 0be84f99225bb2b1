import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { databaseUrl, openDatabase, rolePassword } from '#kernel/database/index.ts'
import * as d from './dora.ts'
const login = { user: 'daytwo_bench', password: rolePassword('a secret of the benchmarks, long enough', 'login') }
const db = openDatabase({ url: databaseUrl(readFileSync('/tmp/dorasrv.url','utf8'), 'dora_dev', login), poolMax: 2, name: 'x', log: pino({level:'info'}) })
const q = { streams: Array.from({length:200},(_,i)=>`s-${i+1}`), from: '2025-09-01', to: '2026-08-31' }
const [a,b] = [await d.askRaw(db,q), await d.askOurs(db,q)]
const m = new Map(b.map((x)=>[x.stream,x.figures]))
let shown=0
for (const x of a) if (JSON.stringify(m.get(x.stream))!==JSON.stringify(x.figures) && shown++<5) console.log(x.stream, x.figures, m.get(x.stream))
console.log(shown, a.length, b.length)
for (let i=0;i<6;i++){ const t=performance.now(); await d.askOurs(db,q); console.log((performance.now()-t).toFixed(1)) }
await db.close()
