import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FactRow, sprintBench } from '#modules/delivery/sprints/test-bench.ts'
import { type Random, random, shuffled } from './dora-history.ts'
import { averagesOf, figuresOf, type ItemState, type OracleItem, type OracleSprint } from './sprints-oracle.ts'

const { tenant, tell, velocity, sprint: readSprint, stream } = await sprintBench()

const hour = 3_600_000
const begin = Date.UTC(2026, 1, 2, 9)
const projects = { web: ['shop'], both: ['shop', 'pay'], idle: ['none'] }

/** Eight sprints of a week on two boards; one runs still, some starts are never told, some late. */
const randomSprints = (dice: Random): OracleSprint[] =>
  Array.from({ length: 8 }, (_, n) => ({
    id: 10 + n,
    startedAt: dice.chance(0.85) ? begin + n * 168 * hour : null,
    closedAt: n === 7 ? null : begin + (n * 168 + 160) * hour,
    heardLate: dice.chance(0.2),
  }))

/** Items that wander through the sprints, and the facts that a tracker tells of that. */
function randomItem(dice: Random, n: number): { item: OracleItem; facts: FactRow[] } {
  const project = dice.pick(['SHOP', 'SHOP', 'PAY', 'OPS'])
  const key = `${project}-${n}`
  const facts: FactRow[] = []
  let change = n * 100
  let at = begin + dice.below(40 * 24) * hour - 48 * hour
  const isMadeInSprint = dice.chance(0.3)
  let state: ItemState = {
    sprints: isMadeInSprint ? [10 + dice.below(8)] : [],
    points: dice.chance(0.2) ? 1 + dice.below(5) : null,
    done: false,
    there: true,
  }
  let [movedOnce, sizedOnce] = [false, false]
  const fact = (more: Partial<FactRow>, when = at) =>
    facts.push({
      item_key: key,
      external_id: `${++change}:${more.field ?? more.action}:0`,
      project_key: project,
      action: 'changed',
      occurred_at: new Date(when).toISOString(),
      ...more,
    })
  const born = at
  fact({ action: 'created', external_id: 'created' })
  const states = [{ at, state }]
  const steps = dice.below(12)
  for (let step = 0; step < steps; step++) {
    // Sometimes at the very hour of a start or a close, sometimes twice within one instant.
    at += dice.pick([0, 1, 8, 30, 90, 160]) * hour
    const roll = dice.below(10)
    if (roll < 4) {
      const last = state.sprints.at(-1) ?? 9
      const next = dice.pick([[], [...state.sprints, Math.min(17, last + 1)], [10 + dice.below(8)]])
      fact({ field: 'sprint', from_value: state.sprints.join(', '), to_value: next.join(', ') })
      state = { ...state, sprints: next, there: true }
      movedOnce = true
    } else if (roll < 6) {
      const points = dice.chance(0.15) ? null : dice.below(9) / 2
      fact({
        field: 'points',
        ...(state.points === null ? {} : { from_value: String(state.points) }),
        ...(points === null ? {} : { points, to_value: String(points) }),
      })
      state = { ...state, points, there: true }
      sizedOnce = true
    } else if (roll < 9) {
      const category = dice.pick(['new', 'indeterminate', 'done', 'done'])
      fact({ field: 'status_category', to_value: category })
      state = { ...state, done: category === 'done', there: true }
    } else if (at > states.at(-1)!.at) {
      // A deletion holds against what is said at the same instant.
      fact({ action: 'deleted' })
      state = { ...state, there: false }
      at += hour
    }
    states.push({ at: Date.parse(String(facts.at(-1)!.occurred_at)), state })
  }
  // What no change names, somebody who looks at the item tells.
  if (!movedOnce && state.sprints.length > 0)
    fact({ field: 'sprint', external_id: 'initial:sprint:0', from_value: '', to_value: state.sprints.join(', ') }, born)
  if (!sizedOnce && state.points !== null)
    fact(
      { field: 'points', external_id: 'initial:points:0', points: state.points, to_value: String(state.points) },
      born,
    )
  return { item: { key, project, states }, facts }
}

const factsOf = ({ id, startedAt, closedAt, heardLate }: OracleSprint): FactRow[] => {
  const fact = (action: string, at: number, heardAt: number): FactRow => ({
    item_key: `sprint:${id}`,
    external_id: `${action}:${at}`,
    project_key: `board:${id % 2}`,
    action,
    to_value: `Sprint ${id}`,
    occurred_at: new Date(at).toISOString(),
    recorded_at: new Date(heardAt).toISOString(),
  })
  return [
    ...(startedAt === null ? [] : [fact('started', startedAt, startedAt + (heardLate ? 20 : 1) * hour)]),
    ...(closedAt === null ? [] : [fact('closed', closedAt, closedAt)]),
  ]
}

test('[D8] every figure of a sprint is what a look at the board of that moment says', {
  timeout: 160_000,
}, async () => {
  let compared = 0
  const seeds = fc.integer({ min: 1, max: 1_000_000 })
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const dice = random(seed)
      const sprints = randomSprints(dice)
      const wandering = Array.from({ length: 24 }, (_, n) => randomItem(dice, n + 1))
      const items = wandering.map(({ item }) => item)
      const ctx = await tenant()
      for (const [id, values] of Object.entries(projects)) await stream(ctx, id, ...values)
      const rows = shuffled([...wandering.flatMap(({ facts }) => facts), ...sprints.flatMap(factsOf)], dice)
      const cut = dice.below(rows.length)
      await tell(ctx, ...rows.slice(0, cut))
      await tell(ctx, ...rows.slice(Math.max(0, cut - 5)))
      for (const [id, values] of [['all', null], ...Object.entries(projects)] as const) {
        const where = `seed ${seed} ${id}`
        const query: Record<string, string> = id === 'all' ? {} : { stream: id }
        const reply = await velocity(ctx, query)
        const closed = sprints.filter(({ closedAt }) => closedAt !== null).toReversed()
        const expected = closed.flatMap((sprint) => {
          const figures = figuresOf(sprint, items, values)
          return figures ? [{ sprint: sprint.id, figures }] : []
        })
        deepEqual(
          reply.sprints.map(({ sprint, figures }) => ({ sprint, figures })),
          expected,
          where,
        )
        for (const unit of ['items', 'points'] as const) {
          const {
            velocity: told,
            sayDo,
            scope,
          } = averagesOf(
            expected.map(({ figures }) => figures),
            unit,
          )
          const { state: _, ...average } = reply.velocity[unit]
          deepEqual(average, told, where)
          deepEqual({ n: reply.say_do[unit].n, value: reply.say_do[unit].value }, sayDo, where)
          const { state: __, ...change } = reply.scope_change[unit]
          deepEqual(change, scope, where)
        }
        for (const { sprint, figures } of expected.slice(0, 2)) {
          const detail = await readSprint(ctx, sprint, query)
          deepEqual(detail.figures, figures, where)
          const { startedAt, heardLate } = sprints.find(({ id: other }) => other === sprint)!
          deepEqual(detail.reconstructed, startedAt === null || heardLate, where)
        }
        compared += expected.length
      }
    }),
    { numRuns: 12, seed: 8 },
  )
  ok(compared > 150, `only ${compared} sprints were compared`)
})
