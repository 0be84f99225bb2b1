/** `daytwo import:git` of a generated repository with 100,000 commits and 500 releases: first run, and again with nothing new. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '#test/support/temporary-folder.ts'

export type ImportFigures = { commits: number; firstMs: number; againMs: number }

const bin = fileURLToPath(new URL('../bin/daytwo', import.meta.url))
const firstCommit = Date.UTC(2020, 0, 1) / 1000
const secondsApart = 1800

/** A line of commits with a release tag every `every` of them, as `git fast-import` reads it. */
function* history(commits: number, every: number): Generator<string> {
  for (let n = 1; n <= commits; n++) {
    const who = `dev <dev@localhost> ${firstCommit + n * secondsApart} +0000`
    yield `commit refs/heads/main\nmark :${n}\ncommitter ${who}\ndata 7\ncommit\n${n > 1 ? `from :${n - 1}\n` : ''}\n`
    if (n % every === 0) yield `tag v1.${n / every}.0\nfrom :${n}\ntagger ${who}\ndata 0\n\n`
  }
}

export function run(commits = 100_000, releases = 500): ImportFigures {
  const folder = temporaryFolder()
  const repository = join(folder, 'large')
  try {
    mkdirSync(repository)
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repository })
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: repository,
      input: [...history(commits, commits / releases)].join(''),
    })
    const time = () => {
      const started = performance.now()
      const { status, stderr } = spawnSync(process.execPath, [bin, 'import:git', repository, '--json'], {
        env: { ...process.env, DAYTWO_DATA: join(folder, 'data') },
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(stderr)
      return performance.now() - started
    }
    return { commits, firstMs: time(), againMs: time() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) console.log(run())
