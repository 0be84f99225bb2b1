/** A tenant that asks its people: what the tests of pulse surveys share. */
import { equal } from 'node:assert/strict'
import type { TestApp } from '#test/support/app.ts'
import { shiftClock } from '#test/support/clock.ts'

export const allFive = { fear: 4, tools: 4, load: 4, focus: 4, clarity: 4 }

export async function pulseBench(app: TestApp) {
  const inject = (method: 'GET' | 'POST' | 'PATCH', url: string, headers: object, payload?: object) =>
    app.http.inject({ method, url: `/api/v1${url}`, headers: headers as never, ...(payload ? { payload } : {}) })
  return {
    inject,
    people: (count: number, name = 'p') => Array.from({ length: count }, (_, n) => `${name}${n}@example.com`),
    /** What the schedule does; returns what it said. */
    run: async () => String(await app.composed.schedules.find(({ name }) => name === 'scheduler:pulse')!.run()),
    /** `offset` from the real time on. */
    at: (offset: string) => shiftClock(app, offset),
    async survey(headers: object, payload: object) {
      const reply = await inject('POST', '/pulse-surveys', headers, payload)
      equal(reply.statusCode, 201, reply.body)
      return reply.json() as { id: string; period: null }
    },
    answer: (token: string, scores: object = allFive, comment?: string) =>
      inject('POST', '/pulse/answer', {}, { token, scores, ...(comment === undefined ? {} : { comment }) }),
    async pulse(headers: object, query = '') {
      const reply = await inject('GET', `/metrics/pulse${query}`, headers)
      equal(reply.statusCode, 200, reply.body)
      return reply.json()
    },
    /** Tokens of the newest mail to each address, as the worker's sealed text holds them. */
    async tokens(tenantId: string, purpose = 'pulse'): Promise<Map<string, string>> {
      await app.settle()
      const mails = await app.sql('select id, to_address from mail where tenant_id = $1 and purpose = $2 order by id', [
        tenantId,
        purpose,
      ])
      const support = await app.person({ tenantId: null, platformRole: 'support' })
      const found = new Map<string, string>()
      for (const { id, to_address: to } of mails) {
        const text = String((await inject('GET', `/mail/${id}`, support.headers)).json().text)
        found.set(String(to), /#token=([\w-]{43})&score=5/.exec(text)![1]!)
      }
      return found
    },
  }
}
