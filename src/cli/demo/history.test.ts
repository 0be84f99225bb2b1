import assert from 'node:assert/strict'
import { test } from 'node:test'
import { teams } from './company.ts'
import { demoHistory, demoStreams } from './index.ts'

// biome-ignore lint/suspicious/noExplicitAny: payloads are read here as freely as anybody may read them
type Any = any
const now = new Date('2026-11-18T15:30:00Z')
const year: readonly { type: string; at: Date; deliveryId: string; payload: Any }[] = demoHistory('demo', 365, now)
const of = (type: string) => year.filter((event) => event.type === type)
const weekMs = 7 * 86_400_000

/** Successful production deployments by repository, oldest first. */
const production = Map.groupBy(
  of('deployment_status').filter(
    ({ payload }) => payload.deployment.environment === 'production' && payload.deployment_status.state === 'success',
  ),
  ({ payload }) => payload.repository.full_name as string,
)
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

test('[R3] the same seed and day give the same bytes; another seed another year', () => {
  assert.equal(JSON.stringify(demoHistory('demo', 365, now)), JSON.stringify(year))
  const other = demoHistory('other', 365, now)
  assert.equal(
    other.some((event) => event.deliveryId === year[0]!.deliveryId),
    false,
  )
})

test('[R3] a later run in the same month only adds to the end, so the rest are redeliveries', () => {
  const later = demoHistory('demo', 365, new Date('2026-11-27T09:00:00Z'))
  const known = new Map(later.map((event) => [event.deliveryId, JSON.stringify(event)]))
  for (const event of year) assert.equal(known.get(event.deliveryId), JSON.stringify(event))
  assert.ok(later.length > year.length + 100)
})

test('[R3] a year is 8 to 15 thousand events, each with an id of its own, in order and not after now', () => {
  assert.ok(year.length >= 8000 && year.length <= 15_000, String(year.length))
  assert.equal(new Set(year.map((event) => event.deliveryId)).size, year.length)
  for (const { deliveryId } of year)
    assert.match(deliveryId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  year.reduce((before, event) => {
    assert.ok(event.at >= before.at)
    return event
  })
  assert.ok(year.at(-1)!.at <= now && now.getTime() - year.at(-1)!.at.getTime() < weekMs)
  assert.ok(now.getTime() - year[0]!.at.getTime() > 365 * 86_400_000)
})

test('[R3] pushes to main chain, and what is deployed, merged or reverted was pushed before', () => {
  const heads = new Map<string, string>()
  const pushed = new Map<string, number>()
  const parents = new Map<string, string>()
  let reverts = 0
  for (const { type, at, payload } of year) {
    const repository = payload.repository?.full_name
    if (type === 'push') {
      const zero = '0'.repeat(40)
      for (const commit of payload.commits) {
        assert.ok(Date.parse(commit.timestamp) <= at.getTime())
        const reverted = /This reverts commit ([0-9a-f]{40})/.exec(commit.message)?.[1]
        if (reverted) {
          assert.ok(pushed.has(reverted), 'reverts what is on main')
          reverts++
        }
      }
      assert.equal(payload.after, payload.commits.at(-1).id)
      assert.equal(payload.head_commit.id, payload.after)
      if (payload.ref === 'refs/heads/main') {
        assert.equal(payload.before, heads.get(repository) ?? zero)
        heads.set(repository, payload.after)
        for (const { id } of payload.commits) pushed.set(id, at.getTime())
      } else if (payload.before !== zero) assert.equal(parents.get(payload.ref + repository), payload.before)
      parents.set(payload.ref + repository, payload.after)
    }
    if (type === 'deployment') assert.ok(pushed.has(payload.deployment.sha), 'deploys what is on main')
    if (type === 'pull_request') {
      const { head, merged_at, created_at, merge_commit_sha } = payload.pull_request
      assert.equal(head.sha, parents.get(`refs/heads/${head.ref}${repository}`))
      assert.ok(Date.parse(created_at) <= at.getTime())
      if (merged_at) assert.ok(!pushed.has(merge_commit_sha))
    }
  }
  const merged = of('pull_request').filter(({ payload }) => payload.pull_request.merged_at)
  for (const { payload, at } of merged) assert.equal(pushed.get(payload.pull_request.merge_commit_sha), at.getTime())
  assert.ok(merged.length > 800 && reverts > 5, `${merged.length} merged, ${reverts} reverts`)
})

test('[R3] each deployment and incident begins once and ends once, later', () => {
  for (const [started, ended, idOf] of [
    ['deployment', 'deployment_status', (p: Any) => p.deployment.id],
    ['issues', 'issues', (p: Any) => `${p.repository.name}#${p.issue.number}`],
  ] as const) {
    const begun = new Map<unknown, number>()
    const done = new Set<unknown>()
    for (const { type, at, payload } of year) {
      const id = type === started || type === ended ? idOf(payload) : undefined
      if (id === undefined) continue
      if (type === started && payload.action !== 'closed' && !payload.deployment_status) {
        assert.ok(!begun.has(id))
        begun.set(id, at.getTime())
      } else {
        assert.ok(begun.get(id)! < at.getTime() && !done.has(id))
        done.add(id)
      }
    }
    assert.ok(begun.size - done.size < 10, `${begun.size - done.size} ${started} still open`)
  }
})

test('[R3] the figures are believable: rhythms differ, weekends are quiet, something fails and is repaired', () => {
  for (const team of teams) {
    const own = team.repositories.flatMap(({ name }) => production.get(`acme/${name}`) ?? [])
    const weeks = new Set(own.map(({ at }) => Math.floor(at.getTime() / weekMs)))
    assert.ok(weeks.size >= 40, `${team.id} deploys in ${weeks.size} weeks`)
  }
  const amount = (name: string) => production.get(name)!.length
  assert.ok(amount('acme/checkout-web') > 2 * amount('acme/mobile-app'))
  const weekend = year.filter(({ at }) => at.getUTCDay() % 6 === 0).length / year.length
  assert.ok(weekend < 0.03, `${weekend} at weekends`)
  const incidents =
    of('issues').filter(({ payload }) => payload.action === 'opened').length +
    of('jira:issue_created').filter(({ payload }) => payload.issue.fields.issuetype.name === 'Incident').length
  const deployments = [...production.values()].flat().length
  assert.ok(incidents / deployments > 0.05 && incidents / deployments < 0.25, `${incidents} of ${deployments}`)
  const failed = of('deployment_status').filter(({ payload }) => payload.deployment_status.state === 'failure')
  assert.ok(failed.length > 10)
  const rollbacks = of('deployment').filter(({ payload }) => payload.deployment.description === 'Rollback')
  assert.ok(rollbacks.length > 3)
  assert.ok(of('push').some(({ payload }) => payload.ref.startsWith('refs/heads/hotfix/')))
})

test('[R3] one team improves and one degrades, by lead time and by how often it deploys', () => {
  const halves = (names: readonly string[]) => {
    const middle = now.getTime() - 182 * 86_400_000
    const reviews = of('pull_request').filter(
      ({ payload }) => names.includes(payload.repository.name) && payload.pull_request.merged_at,
    )
    const lead = (late: boolean) =>
      median(
        reviews
          .filter(({ at }) => at.getTime() > middle === late)
          .map(({ payload, at }) => at.getTime() - Date.parse(payload.pull_request.created_at)),
      )
    const count = (late: boolean) =>
      names.flatMap((name) => production.get(`acme/${name}`)!).filter(({ at }) => at.getTime() > middle === late).length
    return { lead: lead(true) / lead(false), deploys: count(true) / count(false) }
  }
  const platform = halves(['platform', 'identity'])
  const catalog = halves(['catalog', 'search'])
  assert.ok(platform.lead < 0.8 && platform.deploys > 1.15, JSON.stringify(platform))
  assert.ok(catalog.lead > 1.2 && catalog.deploys < 0.9, JSON.stringify(catalog))
})

test('[R3] sprints start and close, and stories go from To Do to Done within them', () => {
  for (const { board } of teams) {
    const own = (type: string) => of(type).filter(({ payload }) => payload.sprint.originBoardId === board)
    assert.ok(own('sprint_started').length >= 24)
    assert.ok(own('sprint_started').length - own('sprint_closed').length <= 1)
  }
  const status = new Map<string, string>()
  for (const { payload } of [...of('jira:issue_created'), ...of('jira:issue_updated')])
    for (const item of payload.changelog.items.filter((one: Any) => one.field === 'status')) {
      assert.equal(item.fromString, status.get(payload.issue.key) ?? null)
      assert.equal(item.toString, payload.issue.fields.status.name)
      status.set(payload.issue.key, item.toString)
    }
  const done = [...status.values()].filter((one) => one === 'Done').length
  assert.ok(done / status.size > 0.8, `${done} of ${status.size}`)
})

test('[R3] every repository and project of the history belongs to a stream', () => {
  const owned = new Set(
    demoStreams.filter(({ kind }) => kind === 'delivery').flatMap(({ sources }) => sources.map(({ value }) => value)),
  )
  for (const name of production.keys()) assert.ok(owned.has(name), name)
  for (const { payload } of of('jira:issue_created'))
    assert.ok(owned.has(payload.issue.fields.project.key.toLowerCase()))
  for (const { sources } of demoStreams) for (const { value } of sources) assert.equal(value, value.toLowerCase())
})
