/**
 * Where events come in. In order: a signature of the right shape, a body within bounds, a known secret, a matching HMAC over
 * the raw bytes, a durable write — and only then 202. What is signed is stored, even if it cannot be parsed.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sha256 } from '#kernel/crypto/index.ts'
import { malformedRequest, notFound, Problem, unsupportedMediaType } from '#kernel/errors/index.ts'
import type { Http } from '#kernel/http/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { badSignature, noSecret } from './problems.ts'
import type { FindSender, Source } from './senders.ts'
import { claimedDigest, isSigned } from './signature.ts'

/** GitHub sends at most 25 MB. */
const bodyLimitBytes = 25 * 1024 * 1024
const deliveryShape = /^[\x21-\x7e]{1,200}$/
const typeShape = /^[a-zA-Z0-9_:.-]{1,80}$/
const nothing = Buffer.alloc(0)

type SourceDefinition = {
  readonly source: Source
  readonly signatureHeader: string
  readonly deliveryHeader: string
  readonly contentTypes: readonly string[]
  typeOf(request: FastifyRequest, body: Buffer): string | undefined
}

/** Jira names the event in the body; a look at its first bytes is enough for the queue, the processor reads it properly. */
const jiraType = /"webhookEvent"\s*:\s*"([^"\\]{1,80})"/
const jiraPeekBytes = 4096

const sources: readonly SourceDefinition[] = [
  {
    source: 'github',
    signatureHeader: 'x-hub-signature-256',
    deliveryHeader: 'x-github-delivery',
    contentTypes: ['application/json', 'application/x-www-form-urlencoded'],
    typeOf: (request) => single(request.headers['x-github-event']),
  },
  {
    source: 'jira',
    signatureHeader: 'x-hub-signature',
    deliveryHeader: 'x-atlassian-webhook-identifier',
    contentTypes: ['application/json'],
    typeOf: (_, body) =>
      jiraType.exec(body.toString('latin1', 0, jiraPeekBytes))?.[1] ?? jiraType.exec(body.toString('latin1'))?.[1],
  },
]

const accepted = z.object({ accepted: z.literal(true), delivery_id: z.string() })
const connectionParams = z.strictObject({ connection: z.uuid() })
const single = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

export const webhookRoutes =
  ({ findSender, groupCommit }: { findSender: FindSender; groupCommit: GroupCommit }) =>
  async (http: Http): Promise<void> => {
    for (const definition of sources) {
      await http.register(async (scope: Http) => {
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser(
          [...definition.contentTypes],
          { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
          (_, body, done) => done(null, body),
        )
        const config = { public: 'the HMAC signature is the credential' }
        const schema = {
          tags: ['intake'],
          summary: `Receive a signed ${definition.source} webhook`,
          response: { 202: accepted },
        }
        const options = {
          config,
          bodyLimit: bodyLimitBytes,
          onRequest: (request: FastifyRequest) => refuseEarly(definition, request),
        }
        scope.post(`/webhooks/${definition.source}`, { ...options, schema }, async (request, reply) =>
          reply.status(202).send(await receive(definition, request, undefined)),
        )
        scope.post(
          `/webhooks/${definition.source}/:connection`,
          { ...options, schema: { ...schema, params: connectionParams } },
          async (request, reply) =>
            reply.status(202).send(await receive(definition, request, request.params.connection)),
        )
      })
    }

    async function receive(definition: SourceDefinition, request: FastifyRequest, connection: string | undefined) {
      const { source } = definition
      const body = Buffer.isBuffer(request.body) ? request.body : nothing
      const sender = await findSender(source, connection)
      if (!sender) throw new Problem(notFound, 'No connection has this address.')
      if (sender.secrets.length === 0) {
        request.log.warn({ source }, 'an event was refused: the source has no secret')
        throw new Problem(noSecret, `Nothing is accepted from ${source} until its secret is set.`)
      }
      const digest = claimedDigest(request.headers[definition.signatureHeader])
      if (!digest || !isSigned(body, digest, sender.secrets)) throw refused(definition, request)
      const deliveryId = single(request.headers[definition.deliveryHeader]) ?? `sha256:${sha256(body).toString('hex')}`
      if (!deliveryShape.test(deliveryId))
        throw new Problem(malformedRequest, `${definition.deliveryHeader} must be 1–200 visible ASCII characters.`)
      const type = definition.typeOf(request, body) ?? ''
      await groupCommit.accept({
        tenantId: sender.tenantId,
        source,
        type: typeShape.test(type) ? type : 'unknown',
        deliveryId,
        connectionId: sender.connectionId,
        contentType: (request.headers['content-type'] ?? '').slice(0, 100),
        requestId: request.id,
        body,
      })
      return { accepted: true as const, delivery_id: deliveryId }
    }
  }

/** Before the body is read: without a signature of the right shape a sender gets none of our memory. */
async function refuseEarly(definition: SourceDefinition, request: FastifyRequest) {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw new Problem(
      unsupportedMediaType,
      `Content-Encoding ${encoding} is not accepted: the signature covers plain bytes.`,
    )
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (!definition.contentTypes.includes(type))
    throw new Problem(unsupportedMediaType, `Content-Type must be ${definition.contentTypes.join(' or ')}.`)
  if (!claimedDigest(request.headers[definition.signatureHeader])) throw refused(definition, request)
}

function refused({ source, signatureHeader }: SourceDefinition, request: FastifyRequest): Problem {
  request.log.warn({ source, ip: request.ip }, 'an event was refused: bad or missing signature')
  return new Problem(badSignature, `${signatureHeader} must be sha256=<hex HMAC-SHA256 of the raw body>.`)
}
