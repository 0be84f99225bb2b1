import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unlessMissing } from './errors.ts'
import { createFolder } from './files.ts'

const rotateAtBytes = 20 * 1024 * 1024

/** The server's log opened for appending, and how to read what this start wrote. */
export type ServerLog = { path: string; fd: number; written(): Promise<string>; close(): Promise<void> }

/**
 * Opens `<dataDir>/logs/postgres.log`. One older file is kept; we only get to rotate at a start, because the server
 * itself holds the file afterwards.
 */
export async function openServerLog(dataDir: string): Promise<ServerLog> {
  await createFolder(join(dataDir, 'logs'), 0o700)
  const path = join(dataDir, 'logs', 'postgres.log')
  const before = await unlessMissing(stat(path))
  if (before && before.size > rotateAtBytes) await rename(path, `${path}.1`)
  const handle = await open(path, 'a+', 0o600)
  const { size } = await handle.stat()
  return {
    path,
    fd: handle.fd,
    async written() {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, size)
      return buffer.toString('utf8', 0, bytesRead)
    },
    close: () => handle.close(),
  }
}
