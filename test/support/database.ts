/** A migrated database of its own for one test file, cloned from the run's template; tenants are minted per test. */
import { after } from 'node:test'
import { pino } from 'pino'
import { randomId } from '#kernel/clock/index.ts'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import { type Database, databaseUrl, openDatabase, rolePassword, roles, withClient } from '#kernel/database/index.ts'

export const testSecret = 'a secret of the tests, long enough for all'
export const testLogin = { user: 'daytwo_test', password: rolePassword(testSecret, 'login') }

export type TestDatabase = {
  database: Database
  /** Login role's URL, as the application connects. */
  url: string
  /** A superuser's URL: for looking behind row-level security and for breaking things. */
  adminUrl: string
  /** The operator role's URL, as `daytwo db:url` prints it. */
  operatorUrl: string
  /** Makes a tenant and returns a context that may do everything in it. */
  tenant(timeZone?: string): Promise<Context>
  /** Runs SQL as superuser and returns the rows. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

const { DAYTWO_TEST_SERVER, DAYTWO_TEST_TEMPLATE } = process.env

let clones = 0

/** Clones the template (about 100 ms) and drops the clone when the file ends. */
export async function testDatabase({ poolMax = 5 } = {}): Promise<TestDatabase> {
  if (!DAYTWO_TEST_SERVER || !DAYTWO_TEST_TEMPLATE)
    throw new Error('run tests with "npm test" or "bin/pinned-node test/run.ts <file>"')
  const name = `test_${process.pid}_${++clones}`
  await withClient(DAYTWO_TEST_SERVER, (admin) =>
    admin.query(`create database ${name} template ${DAYTWO_TEST_TEMPLATE} owner ${roles.owner}`),
  )
  const adminUrl = databaseUrl(DAYTWO_TEST_SERVER, name)
  const url = databaseUrl(DAYTWO_TEST_SERVER, name, testLogin)
  const operator = { user: roles.operator, password: rolePassword(testSecret, roles.operator) }
  const database = openDatabase({ url, poolMax, name: 'test', log: pino({ level: process.env.TEST_LOG ?? 'silent' }) })
  after(async () => {
    await database.close()
    await withClient(DAYTWO_TEST_SERVER, (admin) => admin.query(`drop database ${name} with (force)`))
  })
  const sql: TestDatabase['sql'] = (text, values = []) =>
    withClient(adminUrl, async (client) => (await client.query(text, values)).rows)
  return {
    database,
    url,
    adminUrl,
    operatorUrl: databaseUrl(DAYTWO_TEST_SERVER, name, operator),
    sql,
    async tenant(timeZone = 'UTC') {
      const id = randomId()
      await sql('insert into tenant (id, slug, name, time_zone) values ($1, $2, $3, $4)', [
        id,
        `t-${id}`,
        'Test',
        timeZone,
      ])
      return testContext(id)
    },
  }
}

export const testContext = (tenantId: string = defaultTenantId): Context => ({
  tenantId,
  actor: { type: 'command', id: 'test', name: 'test' },
  permissions: new Set(['*']),
})

export const silentLog = pino({ level: process.env.TEST_LOG ?? 'silent' })
