import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '#kernel/errors/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { type GitImport, importGit } from './index.ts'
import { nameOfRemote, slug } from './names.ts'
import { temporaryFolder, testRepository } from './test-repository.ts'

const db = await testDatabase()
const ctx = await db.tenant()
const run = (path: string, more: Partial<GitImport> = {}, as = ctx) =>
  importGit({ database: db.database, eventLog: makeEventLog() }, as, {
    path,
    deploys: 'tags',
    progress: () => undefined,
    ...more,
  })
const refuses = (path: string, slugOfProblem: string, says: RegExp, more: Partial<GitImport> = {}) =>
  assert.rejects(run(path, more), (error) => {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.type.slug, slugOfProblem)
    assert.match(`${error.message} ${error.type.remedy}`, says)
    return true
  })

function released(path?: string, init?: string[]) {
  const repository = testRepository(path, init)
  const first = repository.commit(100)
  const second = repository.commit(200, [first])
  repository.tag('v1.0.0', first, 150)
  repository.tag('v1.1.0', second, 250)
  repository.main(second)
  return repository
}

test('[R3] what cannot be imported says why and what to do, and writes nothing', async () => {
  const empty = temporaryFolder()
  await refuses(join(empty, 'absent'), 'delivery/not-a-git-repository', /cannot be opened/)
  writeFileSync(join(empty, 'file'), '')
  await refuses(join(empty, 'file'), 'delivery/not-a-git-repository', /not a folder/)
  await refuses(empty, 'delivery/not-a-git-repository', /not inside a git repository/)
  const bare = testRepository()
  await refuses(bare.path, 'delivery/git-no-releases', /--deploys merges/)
  await refuses(bare.path, 'delivery/git-no-releases', /merge/, { deploys: 'merges' })
  bare.main(bare.commit(1))
  await refuses(bare.path, 'delivery/git-no-releases', /no merge commit/, { deploys: 'merges' })
  const { path } = released()
  await refuses(path, 'delivery/git-no-releases', /release-/, { tagPattern: 'release-\\d+' })
  await refuses(path, 'invalid-request', /regular expression/, { tagPattern: '(' })
  await refuses(path, 'invalid-request', /owner\/name/, { repository: 'shop' })
  await refuses(path, 'invalid-request', /stream/, { stream: 'Not A Stream' })
  const clone = join(temporaryFolder(), 'shallow')
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${path}`, clone], { stdio: 'pipe' })
  await refuses(clone, 'delivery/git-shallow-clone', /fetch --unshallow --tags/)
  const rows = await db.sql('select count(*)::int as n from stream where tenant_id = $1', [ctx.tenantId])
  assert.equal(rows[0]!.n, 0)
})

test('[R3] a repository of another user names the setting that trusts it', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a folder away')
  const { path } = released()
  chownSync(path, 12345, 12345)
  chownSync(join(path, '.git'), 12345, 12345)
  await refuses(path, 'delivery/git-foreign-owner', /safe\.directory/)
})

test('[R3] without git, or with one that fails, the problem says so', async () => {
  const { path } = released()
  const folder = temporaryFolder()
  const { PATH } = process.env
  try {
    process.env.PATH = folder
    await refuses(path, 'delivery/git-missing', /Install git/)
    writeFileSync(join(folder, 'git'), '#!/bin/sh\necho "fatal: object is corrupt" >&2\nexit 128\n')
    chmodSync(join(folder, 'git'), 0o755)
    await refuses(path, 'delivery/git-failed', /object is corrupt/)
  } finally {
    process.env.PATH = PATH
  }
})

test('[R3] bare repositories, worktrees and folders below the top are read, under one name', async () => {
  const folder = temporaryFolder()
  const shop = join(folder, 'Web Shop')
  mkdirSync(shop)
  const repository = released(shop)
  mkdirSync(join(shop, 'src'))
  const names = [await run(shop), await run(join(shop, 'src')), await run(join(shop, '.git'))]
  repository.git(['worktree', 'add', '-q', join(folder, 'second')])
  names.push(await run(join(folder, 'second')))
  const bare = join(folder, 'mirror', 'Web Shop.git')
  execFileSync('git', ['clone', '-q', '--bare', shop, bare], { stdio: 'pipe' })
  names.push(await run(bare))
  assert.deepEqual(
    names.map((one) => [one.repository, one.stream, one.changes]),
    names.map(() => ['local/web-shop', 'web-shop', 1]),
  )
  assert.deepEqual(names.at(-1)!.written, { commits: 0, deployments: 0, changes: 0 })
})

test('[R3] neither hooks nor programs of the repository nor GIT_ variables take part', async () => {
  const repository = released()
  const trace = join(temporaryFolder(), 'ran')
  const program = join(temporaryFolder(), 'program')
  writeFileSync(program, `#!/bin/sh\necho "$0" >> ${trace}\n`)
  chmodSync(program, 0o755)
  for (const [name, value] of [
    ['core.pager', program],
    ['core.fsmonitor', program],
    ['core.sshCommand', program],
    ['gpg.program', program],
    ['log.showSignature', 'true'],
    ['core.hooksPath', join(program, '..')],
  ] as const)
    repository.git(['config', name, value])
  process.env.GIT_DIR = '/nowhere'
  try {
    assert.equal((await run(repository.path, { repository: 'acme/hostile' })).changes, 1)
  } finally {
    delete process.env.GIT_DIR
  }
  assert.equal(existsSync(trace), false)
})

test('[R3] a stream is made, used again, or the one asked for', async () => {
  const as = await db.tenant()
  const { path } = released()
  const own = slug(basename(path))
  assert.equal((await run(path, { repository: 'acme/a' }, as)).stream, own)
  assert.equal((await run(path, { repository: 'Acme/A', stream: 'team' }, as)).stream, 'team')
  await run(path, { repository: 'acme/b', stream: 'team' }, as)
  assert.equal((await run(path, { repository: 'acme/b' }, as)).stream, 'team', 'the stream that has it')
  const rows = await db.sql(
    'select stream_id, value from stream_source where tenant_id = $1 order by stream_id, value',
    [as.tenantId],
  )
  assert.deepEqual(
    rows.map((row) => `${row.stream_id} ${row.value}`),
    [`${own} acme/a`, 'team acme/a', 'team acme/b'].sort(),
  )
})

test('[R3] the repository is named after its remote', async () => {
  const repository = released()
  repository.git(['remote', 'add', 'origin', 'git@example.com:Acme/Shop.git'])
  assert.equal((await run(repository.path)).repository, 'acme/shop')
  const names = {
    'git@example.com:Acme/Shop.git': 'acme/shop',
    'https://user:secret@example.com/acme/shop.git': 'acme/shop',
    'https://example.com/acme/shop/': 'acme/shop',
    'ssh://git@example.com:2222/acme/shop.git': 'acme/shop',
    'https://example.com/group/sub/shop': 'sub/shop',
    'example.com:acme/shop': 'acme/shop',
    'https://example.com/shop': undefined,
    '/srv/git/shop.git': undefined,
    '../shop': undefined,
    'file:///srv/git/shop.git': undefined,
    'C:\\git\\shop': undefined,
  }
  for (const [remote, name] of Object.entries(names)) assert.equal(nameOfRemote(remote), name, remote)
})

test('folders become stream ids', () => {
  assert.equal(slug('Web Shop.2'), 'web-shop-2')
  assert.equal(slug('--'), 'repository')
  assert.equal(slug('all'), 'repository')
  assert.equal(slug('x'.repeat(80)).length, 63)
})

test('[R3] nobody imports without the permission', async () => {
  const { path } = released()
  const reader = { ...ctx, permissions: new Set(['delivery:read']) }
  await assert.rejects(run(path, {}, reader), /delivery:write/)
})
