/** Repositories for the tests, made by the real git: commits of the empty tree with any parents and dates. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { gitEnvironment } from './git.ts'

const person = { GIT_AUTHOR_NAME: 'dev-01', GIT_AUTHOR_EMAIL: 'dev-01@acme.example' }
const committer = { GIT_COMMITTER_NAME: 'dev-01', GIT_COMMITTER_EMAIL: 'dev-01@acme.example' }

export type TestRepository = {
  readonly path: string
  git(args: string[], input?: string, extra?: Record<string, string>): string
  /** Makes a commit at `at` (seconds since 1970) and returns its sha; `main` moves to it unless `branch` says otherwise. */
  commit(at: number, parents?: string[], message?: string): string
  /** An annotated tag when `taggedAt` is given, else a lightweight one. */
  tag(name: string, object: string, taggedAt?: number): void
  /** Makes HEAD's branch point to the commit. */
  main(sha: string): void
  /** Non-merge commits of `sha` that none of `not` contains, as git counts. */
  count(sha: string, not: readonly string[]): number
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'd2-git-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function testRepository(path: string = temporaryFolder(), init: string[] = []): TestRepository {
  const git: TestRepository['git'] = (args, input = '', extra = {}) =>
    execFileSync('git', ['-C', path, ...args], {
      input,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 1 << 28,
      env: gitEnvironment({ ...person, ...committer, GIT_CONFIG_GLOBAL: '/dev/null', ...extra }),
    }).trim()
  git(['init', '-q', '-b', 'main', ...init])
  const tree = git(['hash-object', '-t', 'tree', '-w', '--stdin'])
  return {
    path,
    git,
    commit(at, parents = [], message = `commit at ${at}`) {
      const dates = { GIT_AUTHOR_DATE: `@${at} +0000`, GIT_COMMITTER_DATE: `@${at} +0000` }
      return git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], message, dates)
    },
    tag(name, object, taggedAt) {
      if (taggedAt === undefined) git(['tag', name, object])
      else git(['tag', '-a', '-m', name, name, object], '', { GIT_COMMITTER_DATE: `@${taggedAt} +0000` })
    },
    main: (sha) => void git(['update-ref', 'HEAD', sha]),
    count: (sha, not) =>
      Number(git(['rev-list', '--count', '--no-merges', '--stdin'], [sha, ...not.map((one) => `^${one}`)].join('\n'))),
  }
}

/** A history of `size` commits made at once: about one in seven is a merge, every `releaseEvery`th commit is tagged. */
export function fastImport(repository: TestRepository, size: number, releaseEvery: number): void {
  const out: string[] = []
  const start = 1_600_000_000
  for (let n = 1; n <= size; n++) {
    const at = start + n * 600
    const message = `Change ${n} (#${n})\n\nTICKET-${n % 500} some words about why this was done and how it was checked.\n`
    const merged = n % 7 === 0 && n > 10 ? `merge :${n - 3}\n` : ''
    const from = n > 1 ? `from :${n % 7 === 5 && n > 10 ? n - 2 : n - 1}\n` : ''
    out.push(`commit refs/heads/main\nmark :${n}\ncommitter dev-01 <dev-01@acme.example> ${at} +0000\n`)
    out.push(`data ${Buffer.byteLength(message)}\n${message}\n${from}${merged}`)
    if (n % releaseEvery === 0) {
      const name = `v1.${n / releaseEvery}.0`
      out.push(`tag ${name}\nfrom :${n}\ntagger dev-01 <dev-01@acme.example> ${at + 60} +0000\ndata 0\n\n`)
    }
  }
  repository.git(['fast-import', '--quiet', '--force'], out.join(''))
}
