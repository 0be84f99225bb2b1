import { benchDatabase, benchTenant, fillDelivery, million } from './support/delivery-data.ts'
import { selfCheckTenant } from '#modules/delivery/dora/self-check.ts'
import { withClient } from '#kernel/database/index.ts'
import { readFileSync } from 'node:fs'
const b = await benchDatabase(readFileSync('/tmp/dorasrv.url','utf8'), 'dora_dev')
await fillDelivery(b.adminUrl, million)
const t = performance.now(); console.log(await selfCheckTenant(b.database, benchTenant), performance.now()-t)
await withClient(b.adminUrl, (a) => a.query('vacuum analyze'))
await b.database.close()
