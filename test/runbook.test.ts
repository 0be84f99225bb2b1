/** Runs every command of docs/runbook.md that is not marked manual, in order, against a running instance. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { instance } from './support/processes.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const text = readFileSync(join(root, 'docs/runbook.md'), 'utf8')
const blocks = [...text.matchAll(/(<!-- manual: (?<reason>.+?) -->\n)?```bash\n(?<commands>[\s\S]+?)```/g)].map(
  ({ groups }) => groups!,
)
const own = await instance()
const up = await own.up()
const secrets = JSON.parse(readFileSync(join(own.folder, 'data/secrets.json'), 'utf8'))
const env = {
  ...process.env,
  ...secrets,
  ...own.environment,
  PATH: `${join(root, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
}

/** Makes the administrator whom a link of set-up stands for. */
async function setUp(link: string, email: string) {
  const reply = await fetch(`${own.url}/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token: new URL(link).hash.slice('#token='.length),
      email,
      name: 'Example',
      password: 'violet harbour lantern orchard',
      transport: 'bearer',
    }),
  })
  assert.equal(reply.status, 200, await reply.text())
}
// The runbook speaks of an instance that is in use: there is an administrator, and Maria.
await setUp(/http:\/\/\S+\/setup#token=\S+/.exec(up.output())![0], 'admin@example.com')
await setUp((await own.run('setup:url')).stdout.trim(), 'maria@example.com')

test('the runbook has commands, and those not run say why', () => {
  assert.ok(blocks.length >= 10, `${blocks.length} blocks`)
  for (const { reason } of blocks) if (reason !== undefined) assert.ok(reason.length > 20, reason)
})

for (const { reason, commands } of blocks) {
  if (reason) continue
  test(`[O8] the runbook’s command works: ${commands!.trim().split('\n')[0]}`, () => {
    const script = commands!.replaceAll('http://127.0.0.1:3333', own.url)
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: own.folder,
      env,
      encoding: 'utf8',
    })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })
}

test('[O8] every command of daytwo that the runbook names exists', () => {
  const help = execFileSync(process.execPath, [join(root, 'bin/daytwo'), '--help'], { encoding: 'utf8' })
  const named = [...new Set([...text.matchAll(/\bdaytwo ([a-z]+(?::[a-z-]+)?)/g)].map(([, name]) => name!))].filter(
    (name) => name.includes(':') || ['up', 'api', 'worker', 'sql', 'logs'].includes(name),
  )
  assert.ok(named.length > 10)
  for (const name of named)
    if (name !== 'scheduler:' && !/^(migration|scheduler):$/.test(name))
      assert.ok(new RegExp(`^  ${name}\\b`, 'm').test(help), name)
})
