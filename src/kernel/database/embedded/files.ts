import { chmod, lchown, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, unlessMissing } from './errors.ts'

/** Creates a folder with exactly this mode whatever the umask; leaves an existing one alone. */
export async function createFolder(path: string, mode: number, { recursive } = { recursive: true }): Promise<void> {
  if (await unlessMissing(stat(path))) return
  await mkdir(path, { recursive, mode }).catch((error) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
  await chmod(path, mode)
}

/** Gives a folder and everything in it to another account. */
export async function chownTree(path: string, uid: number, gid: number): Promise<void> {
  await lchown(path, uid, gid)
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  for (const entry of entries) await lchown(join(entry.parentPath, entry.name), uid, gid)
}

/** Makes a rename or a new name in this folder survive a power loss. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
