/**
 * Where events come in. In order: a signature of the right shape, a body within bounds, a known secret, a matching HMAC over
 * the raw bytes, a durable write — and only then 202. What is signed is stored, even if it cannot be parsed.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { malformedRequest, notFound, Problem, unsupportedMediaType } from '#kernel/errors/index.ts'
import type { Http } from '#kernel/http/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { badSignature, noSecret } from './problems.ts'
import { type Claim, events, github, jira, type Protocol } from './protocols.ts'
import { eventSourceShape } from './schemas.ts'
import type { Address, FindSender } from './senders.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What a webhook's headers claim. */
    claim: Claim | undefined
  }
}

const deliveryShape = /^[\x21-\x7e]{1,200}$/
const typeShape = /^[a-zA-Z0-9_:.-]{1,80}$/
const nothing = Buffer.alloc(0)

const accepted = z.object({ accepted: z.literal(true), delivery_id: z.string() })
const connectionParams = z.strictObject({ connection: z.uuid() })
const sourceParams = z.strictObject({ source: z.string().regex(eventSourceShape, 'the name of a source') })

export const webhookRoutes =
  ({ findSender, groupCommit }: { findSender: FindSender; groupCommit: GroupCommit }) =>
  async (http: Http): Promise<void> => {
    for (const protocol of [github, jira])
      await http.register(async (scope: Http) => {
        const { kind } = protocol
        const { options, schema } = prepare(scope, protocol, `Receive a signed ${kind} webhook`)
        scope.post(`/webhooks/${kind}`, { ...options, schema }, async (request, reply) =>
          reply.status(202).send(await receive(protocol, request, { kind, source: kind, connectionId: undefined })),
        )
        scope.post(
          `/webhooks/${kind}/:connection`,
          { ...options, schema: { ...schema, params: connectionParams } },
          async (request, reply) => {
            const { connection } = request.params
            const address = { kind, source: kind, connectionId: connection }
            return reply.status(202).send(await receive(protocol, request, address))
          },
        )
      })
    await http.register(async (scope: Http) => {
      const { options, schema } = prepare(scope, events, 'Receive an event of any other source (Standard Webhooks)')
      scope.post(
        '/webhooks/events/:source',
        { ...options, schema: { ...schema, params: sourceParams } },
        async (request, reply) => {
          const address = { kind: 'events', source: request.params.source, connectionId: undefined } as const
          return reply.status(202).send(await receive(events, request, address))
        },
      )
      scope.post(
        '/webhooks/events/:source/:connection',
        { ...options, schema: { ...schema, params: sourceParams.extend(connectionParams.shape) } },
        async (request, reply) => {
          const { source, connection } = request.params
          const address = { kind: 'events', source, connectionId: connection } as const
          return reply.status(202).send(await receive(events, request, address))
        },
      )
    })

    async function receive(protocol: Protocol, request: FastifyRequest, address: Address) {
      const { source } = address
      const { headers } = request
      const body = Buffer.isBuffer(request.body) ? request.body : nothing
      const sender = await findSender(address)
      if (!sender) throw new Problem(notFound, 'No connection has this address.')
      if (sender.secrets.length === 0) {
        request.log.warn({ source, ip: request.ip }, 'an event was refused: the source has no secret')
        throw new Problem(noSecret, `Nothing is accepted from ${source} until its secret is set.`)
      }
      const claim = request.claim!
      if (!claim.isSigned(body, sender.secrets)) throw refused(protocol, request)
      const deliveryId = claim.deliveryId(body)
      if (!deliveryShape.test(deliveryId))
        throw new Problem(malformedRequest, `${protocol.deliveryHeader} must be 1–200 visible ASCII characters.`)
      const type = protocol.typeOf(headers, body) ?? ''
      await groupCommit.accept({
        tenantId: sender.tenantId,
        source,
        type: typeShape.test(type) ? type : 'unknown',
        deliveryId,
        connectionId: sender.connectionId,
        contentType: (headers['content-type'] ?? '').slice(0, 100),
        requestId: request.id,
        origin: null,
        body,
      })
      return { accepted: true as const, delivery_id: deliveryId }
    }
  }

/** Takes bodies as raw bytes, and nothing but the protocol's content types. */
function prepare(scope: Http, protocol: Protocol, summary: string) {
  const { contentTypes, bodyLimitBytes: bodyLimit } = protocol
  scope.decorateRequest('claim', undefined)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser([...contentTypes], { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body))
  const onRequest = (request: FastifyRequest) => refuseEarly(protocol, request)
  return {
    options: {
      config: { public: 'the HMAC signature is the credential', lean: 'a flush has a time limit of its own' },
      bodyLimit,
      onRequest,
    },
    schema: { tags: ['intake'], summary, response: { 202: accepted } },
  }
}

/** Before the body is read: without a signature of the right shape a sender gets none of our memory. */
async function refuseEarly(protocol: Protocol, request: FastifyRequest) {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (!protocol.contentTypes.includes(type))
    throw new Problem(unsupportedMediaType, `Content-Type must be ${protocol.contentTypes.join(' or ')}.`)
  request.claim = claimOf(protocol, request)
}

function claimOf(protocol: Protocol, request: FastifyRequest): Claim {
  try {
    const claim = protocol.claim(request.headers)
    if (claim) return claim
  } catch (error) {
    request.log.warn(seenOf(protocol, request), `an event was refused: ${(error as Error).message}`)
    throw error
  }
  throw refused(protocol, request)
}

function refused(protocol: Protocol, request: FastifyRequest): Problem {
  request.log.warn(seenOf(protocol, request), 'an event was refused: bad or missing signature')
  return new Problem(badSignature, `${protocol.signature}.`)
}

/** For the log. The address may not have been checked yet: a source of another shape is not repeated. */
function seenOf({ kind }: Protocol, { params, ip }: FastifyRequest) {
  const { source } = params as { source?: string }
  return { source: source !== undefined && eventSourceShape.test(source) ? source : kind, ip }
}
