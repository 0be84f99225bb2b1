/** The local `git` as a reader: no shell, no hooks, no network, and none of the caller's `GIT_*` variables. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { childEnvironment } from '#kernel/config/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { foreignOwner, gitFailed, gitMissing, notARepository, shallowClone } from './problems.ts'

export type Git = {
  /** Name of the repository's folder, without `.git`; the same for all its worktrees. */
  readonly folderName: string
  /** Standard output without the line end. `quiet` gives undefined where git ends with 1 and says nothing ("no such thing"). */
  text(args: readonly string[], input?: string): Promise<string>
  quiet(args: readonly string[]): Promise<string | undefined>
  /** Standard output as it comes; leaving the loop ends git. */
  stream(args: readonly string[], input?: string): AsyncGenerator<Buffer>
}

/** A repository's own configuration may name programs; these settings leave none that reading could start. */
const safely = '--no-pager -c core.hooksPath=/dev/null -c core.fsmonitor=false -c protocol.allow=never'.split(' ')
const forGit = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' }
/** What is kept of git's complaint. */
const complaintMax = 2000

class GitExit extends Error {
  readonly code: number | null
  constructor(code: number | null, complaint: string) {
    super(complaint.trim())
    this.code = code
  }
}

/** Opens the repository at `path`, or says what is wrong with it and how to mend it. */
export async function openGit(path: string): Promise<Git> {
  const folder = resolve(path)
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error || !found.isDirectory())
    throw new Problem(notARepository, `${folder} ${found instanceof Error ? 'cannot be opened' : 'is not a folder'}.`)
  const git = makeGit(folder)
  const [shallow, commonDir] = (await git.text(['rev-parse', '--is-shallow-repository', '--git-common-dir'])).split(
    '\n',
  )
  if (shallow === 'true')
    throw new Problem(shallowClone, `${folder} is a shallow clone, so releases cannot be told apart.`)
  return { ...git, folderName: nameOf(resolve(folder, commonDir!)) }
}

const nameOf = (commonDir: string) =>
  basename(basename(commonDir) === '.git' ? dirname(commonDir) : commonDir).replace(/\.git$/, '')

function makeGit(folder: string): Omit<Git, 'folderName'> {
  async function* stream(args: readonly string[], input = ''): AsyncGenerator<Buffer> {
    const child = await start(folder, args)
    const ended = once(child, 'close') as Promise<[number | null]>
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, complaintMax)
    })
    // git may end before it has read everything; what it says then is in its exit, not in the broken pipe.
    child.stdin.on('error', () => undefined).end(input)
    try {
      yield* child.stdout as AsyncIterable<Buffer>
      const [code] = await ended
      if (code !== 0) throw new GitExit(code, complaint)
    } finally {
      child.kill()
    }
  }
  async function run(args: readonly string[], input?: string): Promise<string> {
    const chunks: Buffer[] = []
    for await (const chunk of stream(args, input)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8').replace(/\n$/, '')
  }
  return {
    text: (args, input) => run(args, input).catch((error) => explain(error, folder)),
    quiet: (args) =>
      run(args).catch((error) =>
        error instanceof GitExit && error.code === 1 && error.message === '' ? undefined : explain(error, folder),
      ),
    async *stream(args, input) {
      try {
        yield* stream(args, input)
      } catch (error) {
        explain(error, folder)
      }
    },
  }
}

/** Ours without `GIT_*`: a hook's or a rebase's variables would point git at another repository. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = forGit): Record<string, string | undefined> {
  const inherited = Object.entries(childEnvironment({})).filter(([name]) => !name.startsWith('GIT_'))
  return { ...Object.fromEntries(inherited), ...extra }
}

async function start(
  folder: string,
  args: readonly string[],
): Promise<ChildProcessByStdio<Writable, Readable, Readable>> {
  const child = spawn('git', [...safely, '-C', folder, ...args], {
    stdio: 'pipe',
    env: gitEnvironment(),
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw new Problem(gitMissing, 'The program git was not found or cannot be run.', { cause: error })
  }
  return child
}

function explain(error: unknown, folder: string): never {
  if (!(error instanceof GitExit)) throw error
  const { message } = error
  if (message.includes('dubious ownership')) {
    const remedy = `git config --global --add safe.directory '${folder}'`
    throw new Problem(
      foreignOwner,
      `${folder} belongs to another user, so git refuses to read it. Trust it with: ${remedy}`,
    )
  }
  if (message.includes('not a git repository'))
    throw new Problem(notARepository, `${folder} is not inside a git repository.`)
  throw new Problem(gitFailed, `git ended with ${error.code}: ${message || 'no message'}`, { cause: error })
}
