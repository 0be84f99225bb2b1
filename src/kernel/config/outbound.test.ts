import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './index.ts'

const read = (environment: Record<string, string>) =>
  readConfig(environment, { folder: '/nonexistent', generate: false })

test('[W5] [R5] networks and mail server come from the environment; a fault names the entry, never a password', () => {
  const config = read({
    DIAL_ALLOW: '10.0.0.0/8, jira.internal:443,,[::1]:25',
    SMTP_URL: 'smtp://us%40er:pass@mail.example.com',
    SMTP_FROM: 'Daytwo <ops@example.com>',
  })
  deepEqual(
    config.DIAL_ALLOW!.map(({ text }) => text),
    ['10.0.0.0/8', 'jira.internal:443', '[::1]:25'],
  )
  equal(config.SMTP_SECURE, false)
  try {
    read({
      DIAL_ALLOW: '10.0.0.0/8,*',
      SMTP_URL: 'http://u:hidden-word@x',
      SMTP_PORT: '0',
      SMTP_FROM: 'a@b\r\nBcc: c@d',
    })
    ok(false, 'it was accepted')
  } catch (error) {
    ok(error instanceof ConfigError, String(error))
    deepEqual(error.faults.map(({ name }) => name).sort(), ['DIAL_ALLOW', 'SMTP_FROM', 'SMTP_PORT', 'SMTP_URL'])
    match(error.message, /"\*" is no network, address or host name/)
    ok(!error.message.includes('hidden-word'))
  }
})
