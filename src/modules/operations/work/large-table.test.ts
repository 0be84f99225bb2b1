import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomId } from '#kernel/clock/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { inspectWork } from '#kernel/work/index.ts'
import { deadLetterBench } from './test-support.ts'

const { app, someone } = await deadLetterBench()

test('[Q4] lists and requeues of a large table read indexes of dead letters, not the table', async () => {
  const tenants = [await someone(), await someone()]
  for (const { ctx } of tenants) {
    await app.sql(
      `insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset, payload_length,
         status, error_class, finished_at)
       select $1, 'github', 'push', n::text, 'application/json', $2, 0, 0,
         case when n % 50 = 0 then 'dead_lettered' else 'completed' end, case when n % 50 = 0 then 'class-' || n % 400 end, now()
       from generate_series(1, 100000) n`,
      [ctx.tenantId, randomId()],
    )
    const [event] = await app.sql(
      `insert into domain_event (tenant_id, name, payload) values ($1, 'x', '{}') returning id`,
      [ctx.tenantId],
    )
    await app.sql(
      `insert into subscription_work (tenant_id, event_id, subscriber, status, error_class, finished_at)
       select $1, $2, 'delivery.derive', case when n % 50 = 0 then 'dead_lettered' else 'completed' end,
         case when n % 50 = 0 then 'class-' || n % 400 end, now()
       from generate_series(1, 50000) n`,
      [ctx.tenantId, event!.id],
    )
  }
  await app.sql('analyze event_queue')
  await app.sql('analyze subscription_work')
  const { tenantId } = tenants[0]!.ctx
  for (const name of ['event_queue', 'delivery.derive']) {
    const work = app.composed.work.find((candidate) => candidate.name === name)!
    const statements = inspectWork(work)
    const all = { all: true } as const
    const filter = { filter: { errorClass: 'class-100' } }
    const page = { before: null, limit: 51 }
    const batch = { tenantId, after: 0, last: 1e9, limit: 5000 }
    const plans = {
      standing: statements.standing.sql(undefined),
      groups: statements.groups.sql(undefined),
      'first page': statements.deadLetters.sql({ ...page, errorClass: null }),
      'later page': statements.deadLetters.sql({ ...page, errorClass: null, before: 90_000 }),
      'page of a class': statements.deadLetters.sql({ ...page, errorClass: 'class-100' }),
      row: statements.row.sql({ id: 777 }),
      'match all': statements.matched.sql({ choice: all }),
      'match a class': statements.matched.sql({ choice: filter }),
      'requeue all': statements.requeue.sql({ ...batch, choice: all }),
      'requeue a class': statements.requeue.sql({ ...batch, choice: filter }),
    }
    await withClient(app.url, async (client) => {
      await client.query(`begin; set local role daytwo_app; set local app.tenant_id = '${tenantId}'`)
      for (const [what, { text, values }] of Object.entries(plans)) {
        const { rows } = await client.query({ text: `explain ${text}`, values: values as unknown[] })
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
        assert.doesNotMatch(plan, new RegExp(`Seq Scan on ${work.table}`), `${name}, ${what}:\n${plan}`)
        const index = what.endsWith('a class')
          ? /__error_class/
          : what.endsWith('page')
            ? /__dead/
            : /__(dead|error_class)/
        if (what !== 'row') assert.match(plan, index, `${name}, ${what}:\n${plan}`)
      }
      await client.query('rollback')
    })
  }
})
