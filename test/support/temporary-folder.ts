/** A temporary folder that PostgreSQL's account can reach too: as root the server runs as somebody else. */
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daytwo-'))
  chmodSync(folder, 0o755)
  return folder
}
