/** How an imported repository and its stream are called. */
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { Git } from './git.ts'

const ownerAndName = /^[^/\s]+\/[^/\s]+$/
const maxLength = 300

/** `owner/name` in lower case: as given, else of the remote `origin`, else `local/<folder>`. */
export async function repositoryName(git: Git, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (!ownerAndName.test(given) || given.length > maxLength) {
      const errors = [{ pointer: '/repository', detail: 'expected owner/name' }]
      throw new Problem(invalidRequest, `"${given}" does not name a repository; write owner/name.`, { errors })
    }
    return given.toLowerCase()
  }
  const remote = await git.quiet(['config', '--get', 'remote.origin.url'])
  return (
    (remote && nameOfRemote(remote)) || `local/${git.folderName.toLowerCase().replace(/\s+/g, '-') || 'repository'}`
  )
}

/**
 * `owner/name` of an address: `git@host:owner/name.git`, `ssh://…`, `https://…`; of nested groups the last two parts.
 * An address on this machine names no owner, so it gives undefined. Credentials in the address are never looked at.
 */
export function nameOfRemote(remote: string): string | undefined {
  const path = /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(remote)?.[1] ?? /^[^/:\s]+:(?!\/\/)(.+)$/.exec(remote)?.[1]
  const parts = path
    ?.replace(/[?#].*$/, '')
    .split('/')
    .filter(Boolean)
  if (!parts || parts.length < 2) return undefined
  const name = parts
    .slice(-2)
    .join('/')
    .replace(/\.git$/, '')
    .toLowerCase()
  return ownerAndName.test(name) && name.length <= maxLength ? name : undefined
}

/** A stream's id made of a folder's name. */
export function slug(folder: string): string {
  const made = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
  return made === '' || made === 'all' ? 'repository' : made
}
