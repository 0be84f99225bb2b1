import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { demoHistory } from './index.ts'

type Example = { readonly name: string; readonly examples: readonly unknown[] }
const recorded: Example[] = createRequire(import.meta.url)('@octokit/webhooks-examples')

const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)
/** Notes every path of a value with the kinds seen there; elements of a list share one. */
function note(value: unknown, path: string, seen: Map<string, Set<string>>): void {
  const kinds = seen.get(path) ?? new Set()
  seen.set(path, kinds.add(kind(value)))
  if (Array.isArray(value)) for (const one of value) note(one, `${path}[]`, seen)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) note(inner, `${path}.${name}`, seen)
}

/** The examples are few: below what they only show as null or as an empty list nothing can be compared. */
const isHidden = (path: string, theirs: ReadonlyMap<string, ReadonlySet<string>>) => {
  for (const { index } of path.matchAll(/\.|\[\]/g)) {
    const above = theirs.get(path.slice(0, index))
    if (above?.size === 1 && above.has('null')) return true
    if (above?.has('list') && !theirs.has(`${path.slice(0, index)}[]`)) return true
  }
  return false
}

test('[R3] every field sent for GitHub is one that GitHub sends there, of the same kind', () => {
  const sent = Map.groupBy(
    demoHistory('shapes', 90, new Date('2026-06-30T12:00:00Z')).filter((event) => event.source === 'github'),
    (event) => event.type,
  )
  assert.deepEqual([...sent.keys()].sort(), [
    'deployment',
    'deployment_status',
    'issues',
    'pull_request',
    'pull_request_review',
    'push',
  ])
  for (const [type, events] of sent) {
    const theirs = new Map<string, Set<string>>()
    for (const example of recorded.find((one) => one.name === type)!.examples) note(example, '', theirs)
    const ours = new Map<string, Set<string>>()
    for (const { payload } of events) note(payload, '', ours)
    for (const [path, kinds] of ours) {
      if (isHidden(path, theirs)) continue
      const known = theirs.get(path)
      assert.ok(known, `${type}${path} is not GitHub's`)
      // The examples are few: where they only ever show null, anything may stand, and null where they show a value.
      for (const one of kinds)
        assert.ok(
          known.has(one) || one === 'null' || (known.size === 1 && known.has('null')),
          `${type}${path} is ${one}`,
        )
    }
  }
})
