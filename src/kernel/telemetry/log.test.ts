import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLog } from './index.ts'
import { redact } from './redact.ts'

const logDir = mkdtempSync(join(tmpdir(), 'd2l-'))
after(() => rmSync(logDir, { recursive: true, force: true }))
const lines = (file: string) =>
  readFileSync(join(logDir, `${file}.log`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('[R9] secret keys are hidden at any depth by their exact name; look-alikes are not', () => {
  assert.deepEqual(
    redact({
      a: { b: [{ PassWord: 'x', api_key: 'y', 'x-hub-signature-256': 'z' }] },
      issue: { key: 'OPS-1' },
      token_count: 3,
    }),
    {
      a: { b: [{ PassWord: '[redacted]', api_key: '[redacted]', 'x-hub-signature-256': '[redacted]' }] },
      issue: { key: 'OPS-1' },
      token_count: 3,
    },
  )
})

test('[R9] lines are JSON with the documented fields, in the file they belong to', async () => {
  const log = await openLog({ level: 'info', context: 'test', logDir, destination: 'stderr', pretty: false })
  log.info(
    { requestId: 'r-1', tenantId: 't-1', password: 'hunter2', nested: { secret: 's3cret' } },
    'an app line\nwith a break',
  )
  log.error({ err: new Error('boom') }, 'an error line')
  log.info({ file: 'access', status: 200 }, 'request')
  log.debug('not written')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const [first, second] = lines('app')
  assert.deepEqual(Object.keys(first).sort(), [
    'context',
    'level',
    'message',
    'metadata',
    'requestId',
    'tenantId',
    'timestamp',
  ])
  assert.deepEqual(first.metadata, { password: '[redacted]', nested: { secret: '[redacted]' } })
  assert.equal(first.level, 'info')
  assert.equal(second.message, 'an error line')
  assert.equal(lines('app').length, 2)
  assert.equal(lines('error')[0].err.message, 'boom')
  assert.equal(lines('access')[0].metadata.status, 200)
})
