import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError, readConfig } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'd2c-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const key = 'k'.repeat(40)

function faults(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig(environment, { folder, generate: false })
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return Object.fromEntries(error.faults.map(({ name, problem }) => [name, problem]))
  }
  return {}
}

test('[R5] every fault is listed at once, with what is wrong and never a secret', () => {
  const found = faults({
    PORT: '99999',
    LOG_LEVEL: 'loud',
    APP_KEY: 'too-short-secret',
    DATABASE_URL: 'mysql://secret@x',
    DB_SSL: 'maybe',
  })
  assert.deepEqual(Object.keys(found).sort(), ['APP_KEY', 'DATABASE_URL', 'DB_SSL', 'LOG_LEVEL', 'PORT'])
  assert.equal(found.APP_KEY, '16 bytes, need at least 32')
  assert.match(found.PORT!, /found "99999"/)
  assert.ok(!JSON.stringify(found).includes('too-short-secret') && !JSON.stringify(found).includes('mysql://secret'))
})

test('[R2] [R5] production requires the secrets that development generates', () => {
  assert.deepEqual(faults({ NODE_ENV: 'production' }), { APP_KEY: 'missing' })
  assert.deepEqual(faults({ NODE_ENV: 'production', APP_KEY: key }), {})
})

test('[R5] the runbook’s required variables are a sound configuration', () => {
  const config = readConfig(
    {
      NODE_ENV: 'production',
      PORT: '3333',
      APP_KEY: key,
      HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      SESSION_DRIVER: 'cookie',
      DB_HOST: 'localhost',
      DB_PORT: '5432',
      DB_USER: 'dpp',
      DB_PASSWORD: 'p@ss/word',
      DB_DATABASE: 'delivery_productivity',
    },
    { folder },
  )
  assert.equal(config.databaseUrl, 'postgresql://dpp:p%40ss%2Fword@localhost:5432/delivery_productivity')
})

test('[R5] a secret may be a file, .env fills what is open, and empty is absent', () => {
  writeFileSync(join(folder, 'key'), `${key}\n`)
  writeFileSync(join(folder, '.env'), 'PORT=4444\nLOG_LEVEL=debug\n')
  const config = readConfig(
    { APP_KEY_FILE: join(folder, 'key'), LOG_LEVEL: 'warn', HOST: '' },
    { folder, generate: false },
  )
  assert.equal(config.APP_KEY, key)
  assert.equal(config.PORT, 4444)
  assert.equal(config.LOG_LEVEL, 'warn')
  assert.equal(config.HOST, '127.0.0.1')
  assert.deepEqual(faults({ APP_KEY_FILE: '/nonexistent/key' }), {
    APP_KEY_FILE: 'cannot read /nonexistent/key: ENOENT',
  })
  rmSync(join(folder, '.env'))
})

test('[R2] missing secrets are generated once, kept, and readable by the owner alone', () => {
  const first = readConfig({ DAYTWO_DATA: 'data' }, { folder })
  const second = readConfig({ DAYTWO_DATA: 'data' }, { folder })
  assert.equal(first.APP_KEY, second.APP_KEY)
  assert.equal(first.databaseSecret, second.databaseSecret)
  assert.ok(first.generated.includes('GITHUB_WEBHOOK_SECRET'))
  const file = join(folder, 'data', 'secrets.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).APP_KEY, first.APP_KEY)
  const given = readConfig({ DAYTWO_DATA: 'data', APP_KEY: key }, { folder })
  assert.equal(given.APP_KEY, key)
})
