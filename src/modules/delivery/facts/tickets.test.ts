import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { matchesAny } from './name-patterns.ts'
import { deploymentShaIn } from './root-cause.ts'
import { ticketKeys } from './tickets.ts'

test('[D7] ticket keys are found in texts as Jira writes them, in branches in either case', () => {
  const cases: [string, string, string[]][] = [
    ['ABC-1: add', '', ['ABC-1']],
    ['(ABC-12) [X2Y-3] ABC-12', '', ['ABC-12', 'X2Y-3']],
    ['https://acme.atlassian.net/browse/ABC-9?x', '', ['ABC-9']],
    ['abc-1 xABC-1 ABC-1x ABC-0 A-1 ABC-1234567', '', []],
    ['UTF-8 SHA-256 ISO-8601 RFC-9457 CVE-2024-1234', '', []],
    ['bump LODASH-4.17', '', []],
    ['', 'feature/abc-123-x', ['ABC-123']],
    ['', 'abc-123', ['ABC-123']],
    ['', 'ada/ABC-5_fix', ['ABC-5']],
    ['', 'upgrade-node-24', []],
    ['', 'release-2024', []],
    ['', 'dependabot/npm/lodash-4', []],
    ['', 'feature/x-ABC-7', ['ABC-7']],
  ]
  for (const [text, branch, expected] of cases) deepEqual(ticketKeys([text], branch), expected, text || branch)
  equal(ticketKeys([Array.from({ length: 50 }, (_, n) => `ABC-${n + 1}`).join(' ')]).length, 10)
})

test('[D4] a deployment is named as a cause on a line of its own', () => {
  equal(deploymentShaIn('x\nroot cause: ABCDEF1\n'), 'abcdef1')
  equal(deploymentShaIn('**Deployment**: `abcdef1234`'), 'abcdef1234')
  equal(deploymentShaIn('caused by: nobody'), null)
  equal(deploymentShaIn('deployment 2024011'), null)
  equal(deploymentShaIn('root cause: abcdefg'), null)
})

test('[Q2] patterns with many stars take no longer than their length', () => {
  ok(matchesAny('Deploy to Prod', ['x', 'deploy*']))
  ok(matchesAny('deploy', ['*', 'nothing']))
  ok(matchesAny('a-b-c', ['a*b*c']))
  ok(!matchesAny('predeploy', ['deploy*']))
  ok(!matchesAny('', ['?']))
  ok(!matchesAny('a'.repeat(200), [`${'*a'.repeat(40)}*b`]))
})
