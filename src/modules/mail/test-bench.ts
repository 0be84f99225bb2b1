/** Mail on a database of the tests with a mail server on loopback, and its routes with callers of the test's choice. */
import { after } from 'node:test'
import { makeDial } from '#kernel/dial/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { drain, makeEngine } from '#kernel/work/index.ts'
import { silentLog, testDatabase, testSecret } from '#test/support/database.ts'
import { routesOf } from '#test/support/routes.ts'
import { mail } from './index.ts'

type Options = {
  readonly smtp?: string
  readonly production?: boolean
  readonly allow?: string
  readonly caFile?: string
  readonly from?: string
}

export async function mailBench() {
  const db = await testDatabase()
  /** Mail as an instance with this configuration has it; all share the database. */
  const start = ({ smtp, production = false, allow = '127.0.0.1', caFile, from }: Options = {}) => {
    const dial = makeDial({ allow: parseAllowances(allow) })
    after(() => dial.close())
    const config = {
      APP_KEY: testSecret,
      baseUrl: 'https://daytwo.example.com',
      production,
      SMTP_URL: smtp,
      SMTP_HOST: undefined,
      SMTP_PORT: undefined,
      SMTP_USER: undefined,
      SMTP_PASSWORD: undefined,
      SMTP_SECURE: false,
      SMTP_FROM: from,
      SMTP_CA_FILE: caFile,
    }
    const started = mail.start({ database: db.database, dial, config })
    const engine = makeEngine(started.work![0]!, db.database, silentLog)
    return { ...started, work: () => drain(engine), engine }
  }
  /** Makes rows that wait after a failure due now. */
  const now = () => db.sql(`update mail set due_at = app.now() where finished_at is null`)
  const row = async (id: number) => (await db.sql('select * from mail where id = $1', [id]))[0]!
  return { ...db, start, routes: routesOf, now, row }
}
