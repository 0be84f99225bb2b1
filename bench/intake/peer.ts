/** A process that accepts GitHub webhooks as a careful person writes it: Fastify 5, the raw body, HMAC-SHA256, a queue's door. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyRequest } from 'fastify'
import { answerAs } from '../support/child.ts'
import { openStore, type StoreGiven } from './stores.ts'

export type PeerGiven = StoreGiven & { readonly port: number; readonly path: string; readonly secret: string }

const header = (request: FastifyRequest, name: string) => String(request.headers[name] ?? '')

await answerAs<PeerGiven, 'reset' | 'stored'>(async (given) => {
  const store = await openStore(given)
  const http = Fastify({ logger: false, bodyLimit: 25 * 1024 * 1024 })
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  http.post(given.path, async (request, reply) => {
    const body = request.body as Buffer
    const claimed = Buffer.from(header(request, 'x-hub-signature-256').slice('sha256='.length), 'hex')
    const digest = createHmac('sha256', given.secret).update(body).digest()
    if (claimed.length !== digest.length || !timingSafeEqual(claimed, digest))
      return reply.status(401).send({ accepted: false })
    const delivery = header(request, 'x-github-delivery')
    if (given.store !== 'nothing')
      await store.accept({ delivery, type: header(request, 'x-github-event'), payload: body.toString() })
    return reply.status(202).send({ accepted: true, delivery_id: delivery })
  })
  await http.listen({ port: given.port, host: '127.0.0.1' })
  return (question) => store[question]()
})
