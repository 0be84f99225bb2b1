/** Every generated document: its path and its text, from the code and a freshly migrated database. */
import { rmSync } from 'node:fs'
import { allMigrations } from '#app/database-server.ts'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import { databaseUrl, migrate, setUpDatabase, withClient } from '#kernel/database/index.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { configurationText } from './configuration-text.ts'
import { schemaText } from './schema-text.ts'

/** The schema after all migrations, and after undoing and redoing them: both must be the same text. */
async function migratedSchema(server: string): Promise<string> {
  const database = 'daytwo_docs'
  await withClient(server, (admin) => admin.query(`drop database if exists ${database} with (force)`))
  const secret = 'the documents need no secret of their own'
  await setUpDatabase({
    adminUrl: server,
    database,
    login: { user: 'daytwo_docs', password: secret },
    databaseSecret: secret,
  })
  const url = databaseUrl(server, database)
  await migrate(url, allMigrations())
  return withClient(url, schemaText)
}

export async function generatedDocs(): Promise<Map<string, string>> {
  const folder = temporaryFolder()
  const server = await startEmbedded({
    dataDir: folder,
    password: 'docs',
    log: () => undefined,
    settings: { fsync: 'off' },
  })
  try {
    return new Map([
      ['docs/configuration.md', configurationText()],
      ['docs/schema.sql', await migratedSchema(server.url)],
    ])
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
