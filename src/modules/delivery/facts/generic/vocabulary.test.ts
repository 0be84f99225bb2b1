import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commitsData, deploymentData, deploymentStatuses, incidentData, incidentStatuses } from './vocabulary.ts'

test('[Q9] docs/events.md names every type, status and field, and no more types', () => {
  const text = readFileSync(new URL('../../../../../docs/events.md', import.meta.url), 'utf8')
  const types = [
    ...deploymentStatuses.map((status) => `deployment.${status}`),
    ...incidentStatuses.map((status) => `incident.${status}`),
    'commits.pushed',
  ]
  const fields = [deploymentData, incidentData, commitsData].flatMap(({ shape }) => Object.keys(shape))
  assert.ok(fields.length > 15)
  for (const word of [...types, ...deploymentStatuses, ...incidentStatuses, ...fields])
    assert.ok(text.includes(`\`${word}\``), word)
  const named = [...text.matchAll(/`((?:deployment|incident|commits)\.[a-z]+)`/g)].map(([, type]) => type!)
  assert.deepEqual(new Set(named), new Set(types))
})
