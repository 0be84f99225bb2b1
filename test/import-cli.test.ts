/** `daytwo import:git` from a command line, without anything running: a newcomer's first two commands. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instance } from './support/processes.ts'

const own = await instance()
const repository = join(own.folder, 'my-service')
mkdirSync(repository)
const git = (day: string, ...args: string[]) =>
  execFileSync('git', args, {
    cwd: repository,
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: 'dev',
      GIT_AUTHOR_EMAIL: 'dev@localhost',
      GIT_COMMITTER_NAME: 'dev',
      GIT_COMMITTER_EMAIL: 'dev@localhost',
      GIT_AUTHOR_DATE: `${day}T10:00:00Z`,
      GIT_COMMITTER_DATE: `${day}T10:00:00Z`,
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  })
git('2026-10-01', 'init', '-q', '-b', 'main')
for (const [day, tag] of [
  ['2026-10-02', 'v1.0.0'],
  ['2026-10-06', 'v1.1.0'],
  ['2026-10-13', 'v1.2.0'],
] as const) {
  git(day, 'commit', '-q', '--allow-empty', '-m', `work for ${tag}`)
  git(day, 'tag', '-a', tag, '-m', tag)
}

test('[R3] importing a repository gives the metrics API true numbers of it, with nothing else running', async () => {
  const first = await own.run('import:git', repository, '--json')
  assert.equal(first.code, 0, first.output)
  const summary = JSON.parse(first.stdout)
  assert.equal(summary.releases, 3)
  assert.equal(summary.changes, Number(git('2026-10-14', 'rev-list', '--count', '--no-merges', 'v1.2.0', '^v1.0.0')))
  const again = JSON.parse((await own.run('import:git', repository, '--json')).stdout)
  assert.deepEqual(again.written, { commits: 0, deployments: 0, changes: 0 })
  const { key } = JSON.parse((await own.run('api-key:create', '--name', 'x', '--json')).stdout)
  await own.up()
  const reply = await fetch(`${own.url}/api/v1/metrics/dora?stream=my-service&from=2026-10-01&to=2026-10-31`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const { metrics } = JSON.parse(await reply.text())
  const of = (name: string) => metrics.find((metric: { name: string }) => metric.name === name)
  assert.equal(of('deployment_frequency').details.deployments, 3)
  assert.equal(of('change_lead_time').n, 2)
  assert.equal(of('change_lead_time').value, 0)
})

test('[R3] what cannot be imported is told with its remedy', async () => {
  const { code, output } = await own.run('import:git', own.folder)
  assert.equal(code, 2)
  assert.match(output, /not inside a git repository/)
})
