import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import { s3Store } from '#kernel/store/index.ts'
import { loopbackDial } from '#test/support/dial.ts'
import { accessKeyId, secretAccessKey, testS3 } from '../../kernel/store/test-bucket.ts'
import { retentionBench } from './test-bench.ts'

const bench = await retentionBench()
const s3 = await testS3('archives')
after(() => s3.close())
const store = s3Store({
  dial: loopbackDial(),
  bucket: 'archives',
  prefix: 'archive',
  region: 'eu-central-1',
  endpoint: s3.url,
  forcePathStyle: true,
  credentials: { accessKeyId, secretAccessKey },
})

test('[Q7] [Q8] a bucket is an archive too: nothing is purged while it refuses, all of it once it does not', async () => {
  const { tenantId } = await bench.tenant()
  const left = async () =>
    Number((await bench.sql('select count(*)::int as n from work_item_events where tenant_id = $1', [tenantId]))[0]!.n)
  await bench.sql(
    `insert into work_item_events (tenant_id, source, external_id, item_key, project_key, action, occurred_at, recorded_at)
    select $1, 'jira', n::text, 'ABC-' || n, 'ABC', 'created', app.now(), '2025-01-01 12:00:00+00' from generate_series(1, 2500) n`,
    [tenantId],
  )
  const tables = ['work_item_events']
  s3.failWhen = (line) => (line.startsWith('PUT') ? 403 : undefined)
  await rejects(bench.enforce({ tables, store }), /at fault/)
  deepEqual([await left(), s3.objects.size], [2500, 0])
  s3.failWhen = (line) => (line.startsWith('GET') && line.includes('.jsonl') ? 403 : undefined)
  await rejects(bench.enforce({ tables, store }), /at fault/)
  equal(await left(), 2500)
  s3.failWhen = undefined
  await bench.enforce({ tables, store })
  equal(await left(), 0)
  const folder = `archive/tenants/${tenantId}/work_item_events`
  deepEqual([...s3.objects.keys()].sort(), [`${folder}/2025-01-01.jsonl`, `${folder}/2025-01-01.manifest.json`])
  equal(
    String(s3.objects.get(`${folder}/2025-01-01.jsonl`))
      .trimEnd()
      .split('\n').length,
    2500,
  )
})
