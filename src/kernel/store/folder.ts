/** A store in a folder. A file is written under a hidden name, synced, and then linked to its own: complete or absent. */
import { createReadStream } from 'node:fs'
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { now, randomToken } from '#kernel/clock/index.ts'
import { checkName, missing, type Store, type StoredObject } from './store.ts'

const partialShape = /^\..+\.part$/
/** A partial file this old was left by a process that died. */
const abandonedAfterMs = 24 * 3_600_000

export function folderStore(root: string): Store {
  const pathOf = (name: string) => join(root, checkName(name))

  return {
    place: root,
    async put(name, content) {
      const path = pathOf(name)
      const folder = dirname(path)
      await mkdir(folder, { recursive: true })
      await removeAbandoned(folder)
      const partial = join(folder, `.${randomToken(9)}.part`)
      try {
        await writeSynced(partial, content)
        if (!(await appear(partial, path))) return false
      } finally {
        await unlink(partial).catch(() => undefined)
      }
      await syncFolder(folder)
      return true
    },
    async *get(name) {
      try {
        for await (const chunk of createReadStream(pathOf(name))) yield chunk as Buffer
      } catch (error) {
        throw isCode(error, 'ENOENT') ? missing(name, error) : error
      }
    },
    list: (prefix) => walk(root, '', prefix),
    async head(name) {
      const found = await statOf(pathOf(name))
      return found?.isFile() ? { name, bytes: found.size } : undefined
    },
    async delete(name) {
      await unlink(pathOf(name)).catch((error) => {
        if (!isCode(error, 'ENOENT')) throw error
      })
    },
  }
}

const isCode = (error: unknown, ...codes: string[]) => codes.includes(String((error as NodeJS.ErrnoException).code))

async function writeSynced(path: string, content: AsyncIterable<Uint8Array>) {
  const file = await open(path, 'wx', 0o640)
  try {
    for await (const chunk of content) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives the file its name unless that is taken. */
async function appear(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    // Some network file systems know no links; there the name is looked at just before.
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error
    if (await statOf(path)) return false
    await rename(partial, path)
    return true
  }
}

const statOf = (path: string) =>
  stat(path).catch((error) => {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })

/** A new name survives a power cut only when its folder is synced too. */
async function syncFolder(folder: string) {
  const handle = await open(folder, 'r')
  await handle
    .sync()
    .catch((error) => {
      if (!isCode(error, 'EINVAL', 'EPERM', 'EISDIR')) throw error
    })
    .finally(() => handle.close())
}

async function removeAbandoned(folder: string) {
  const before = now().getTime() - abandonedAfterMs
  for (const name of (await readdir(folder)).filter((one) => partialShape.test(one))) {
    const found = await statOf(join(folder, name))
    if (found && found.mtimeMs < before) await unlink(join(folder, name)).catch(() => undefined)
  }
}

async function* walk(root: string, below: string, prefix: string): AsyncIterable<StoredObject> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error) => {
    if (isCode(error, 'ENOENT')) return []
    throw error
  })
  const sorted = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of sorted) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) {
      if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) yield* walk(root, name, prefix)
    } else if (entry.isFile() && name.startsWith(prefix)) {
      const found = await statOf(join(root, name))
      if (found) yield { name, bytes: found.size }
    }
  }
}
