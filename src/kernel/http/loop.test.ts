import { equal, match } from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeDial } from '#kernel/dial/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { silentLog } from '#test/support/database.ts'
import { makeHttp } from './index.ts'

test('[W5] 61: a request that this installation sent itself is answered 508, under whatever name it came; others pass', async () => {
  let handled = 0
  const http = await makeHttp({
    log: silentLog,
    requestTimeoutMs: 5000,
    authenticators: [],
    production: false,
    hop: 'mark-of-this-one',
  })
  http.get('/hook', { config: { public: 'a test' } }, async () => `handled ${++handled}`)
  await http.listen({ host: '127.0.0.1', port: 0 })
  after(() => http.close())
  const { port } = http.server.address() as { port: number }
  const from = async (hop: string) => {
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }]
    const dial = makeDial({ allow: parseAllowances('127.0.0.1, our-public-name.example'), lookup, hop })
    const policy = { name: 'test', schemes: ['http'] } as const
    const reply = await dial.fetch(`http://our-public-name.example:${port}/hook`, { policy })
    const text = await reply.text()
    await dial.close()
    return { status: reply.status, text }
  }
  const own = await from('mark-of-this-one')
  equal(own.status, 508)
  match(own.text, /loop-detected/)
  equal(handled, 0)
  equal((await from('mark-of-another-one')).status, 200)
  equal(handled, 1)
})
