import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { testDatabase } from '#test/support/database.ts'
import { loginFault, migrate, migrationFaults, migrationStatus, readMigrations, rollback } from './index.ts'

const db = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'd2m-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const url = pathToFileURL(`${folder}/`)
const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.sql`), text)
const known = async () => Number((await db.sql('select count(*) as n from migration'))[0]!.n)

test('[R6] pending migrations run once, in order, even when two migrators start together', async () => {
  write('203001010000_one', 'create table one (id int);\n-- down\ndrop table one;')
  write('203001010001_two', 'alter table one add column two int;\n-- down\nalter table one drop column two;')
  const before = await known()
  const runs = await Promise.all([
    migrate(db.adminUrl, readMigrations([url])),
    migrate(db.adminUrl, readMigrations([url])),
  ])
  assert.deepEqual(runs.flat().sort(), ['203001010000_one', '203001010001_two'])
  assert.equal(await known(), before + 2)
})

test('[R6] a start names pending and edited migrations, and tolerates a newer database', async () => {
  write('203001010002_three', 'select 1;')
  write('203001010001_two', 'alter table one add column changed int;')
  const states = await migrationStatus(db.url, readMigrations([url]))
  assert.deepEqual(migrationFaults(states), [
    '203001010001_two: the file differs from what was applied',
    '203001010002_three: not applied',
  ])
  assert.ok(
    states.some(({ state }) => state === 'unknown'),
    'the product’s own are unknown to this folder',
  )
  await assert.rejects(migrate(db.adminUrl, readMigrations([url])), /edited after they were applied: 203001010001_two/)
  write('203001010001_two', 'alter table one add column two int;\n-- down\nalter table one drop column two;')
  rmSync(join(folder, '203001010002_three.sql'))
})

test('[R6] a failing migration leaves nothing of itself', async () => {
  write('203001010003_bad', 'create table half (id int); select 1 / 0;')
  await assert.rejects(migrate(db.adminUrl, readMigrations([url])), /division by zero/)
  assert.equal((await db.sql(`select to_regclass('half') as t`))[0]!.t, null)
  rmSync(join(folder, '203001010003_bad.sql'))
})

test('[R6] rollback undoes the last batch', async () => {
  assert.deepEqual(await rollback(db.adminUrl, readMigrations([url])), ['203001010001_two', '203001010000_one'])
  assert.equal((await db.sql(`select to_regclass('one') as t`))[0]!.t, null)
})

test('[P5] a login role that row-level security does not bind is refused, with the remedy', async () => {
  assert.match(String(await loginFault(db.adminUrl)), /is a superuser.*daytwo db:setup/)
  assert.equal(await loginFault(db.url), undefined)
})
