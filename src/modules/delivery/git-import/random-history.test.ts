import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { importGit } from './index.ts'
import { temporaryFolder, testRepository } from './test-repository.ts'

const db = await testDatabase()

/** Any graph: each commit names up to three earlier ones as parents; a few are tagged at any time. */
const histories = fc
  .array(fc.array(fc.nat({ max: 8 }), { maxLength: 3 }), { minLength: 3, maxLength: 25 })
  .chain((steps) =>
    fc.record({
      steps: fc.constant(steps),
      dates: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: steps.length, maxLength: steps.length }),
      tags: fc.array(
        fc.record({ on: fc.nat({ max: steps.length - 1 }), at: fc.option(fc.integer({ min: 1, max: 5000 })) }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  )

test('[R3] on any graph of commits the changes of each release are those git lists', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ steps, dates, tags }) => {
      const repository = testRepository(temporaryFolder())
      const shas: string[] = []
      steps.forEach((back, n) => {
        const parents = [...new Set(back.map((distance) => n - 1 - distance))].filter((at) => at >= 0)
        shas.push(
          repository.commit(
            dates[n]!,
            parents.map((at) => shas[at]!),
            `commit ${n}`,
          ),
        )
      })
      for (const [n, { on, at }] of tags.entries()) repository.tag(`v1.${n}.0`, shas[on]!, at ?? undefined)
      const order = tags
        .map(({ on, at }, n) => ({ name: `v1.${n}.0`, sha: shas[on]!, at: at ?? dates[on]!, n }))
        .sort((a, b) => a.at - b.at || a.n - b.n)

      const ctx = await db.tenant()
      const summary = await importGit({ database: db.database, eventLog: makeEventLog() }, ctx, {
        path: repository.path,
        repository: 'acme/any',
        deploys: 'tags',
        progress: () => undefined,
      })
      assert.equal(summary.baseline, order[0]!.name)
      const rows = await db.sql(
        `select d.ref, c.sha, c.lead_seconds from changes c
         join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id where c.tenant_id = $1`,
        [ctx.tenantId],
      )
      let negative = 0
      order.forEach(({ name, sha, at }, n) => {
        const earlier = order.slice(0, n).map((release) => `^${release.sha}`)
        const listed = n === 0 ? '' : repository.git(['rev-list', '--no-merges', sha, ...earlier])
        const expected = listed.split('\n').filter(Boolean).sort()
        const found = rows.filter((row) => row.ref === `refs/tags/${name}`)
        assert.deepEqual(found.map((row) => row.sha).sort(), expected)
        for (const row of found) {
          assert.equal(row.lead_seconds, at - dates[shas.indexOf(row.sha as string)]!)
          if ((row.lead_seconds as number) < 0) negative++
        }
      })
      assert.equal(summary.negativeDropped, negative)
      assert.equal(summary.changes + summary.negativeDropped, rows.length)
    }),
    { numRuns: 20 },
  )
})
