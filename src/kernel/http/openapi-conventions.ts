/** What the API reference says of every route without the route saying it: permission, problems, limits, idempotency keys. */
import type { RouteOptions } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

type Input = Parameters<typeof jsonSchemaTransform>[0] & { readonly route: RouteOptions }
type Output = ReturnType<typeof jsonSchemaTransform>
type JsonSchema = Record<string, unknown>

/** As every error reply looks (RFC 9457). */
const problem: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', description: 'Path of the page that explains it; what clients switch on.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The request id, as in `X-Request-Id` and the log.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' }, code: { type: 'string' } },
      },
    },
  },
}

const seconds = { type: 'integer', description: 'Seconds after which to try again.' }
const limitHeaders = {
  'Retry-After': seconds,
  'RateLimit-Policy': { type: 'string', description: 'Name, requests and seconds of the limit.' },
  RateLimit: { type: 'string', description: 'Name of the limit, requests left, seconds until it starts anew.' },
}

const answer = (description: string, headers?: JsonSchema): JsonSchema => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
  ...(headers ? { headers } : {}),
})

const keyParameter = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description:
        'A name for this request alone. Sent again within 24 hours, the request has one effect and the same answer.',
    },
  },
}

export function describeRoute(input: Input): Output {
  const transformed = jsonSchemaTransform(input)
  const { permission, idempotency } = input.route.config ?? {}
  if (!permission || input.route.schema?.hide) return transformed
  const schema = transformed.schema as JsonSchema & { response?: Record<string, unknown>; description?: string }
  const { method, url } = input.route
  const writes = method !== 'GET' && method !== 'HEAD'
  const keyed = typeof idempotency === 'string'
  const problems: Record<string, JsonSchema> = {
    400: answer('The request cannot be read.'),
    401: answer('No key, or one that is not accepted.'),
    403: answer(`The key lacks \`${permission}\`, or the stream is not one of its own.`),
    ...(url.includes(':') ? { 404: answer('There is no such thing in your tenant.') } : {}),
    ...(keyed || writes
      ? { 409: answer('The request conflicts with what is, or its idempotency key is in use.') }
      : {}),
    422: answer('A field is not valid, or the idempotency key belongs to another request; `errors` names the fields.'),
    429: answer('Too many requests.', limitHeaders),
    503: answer('The service cannot answer right now, or not in time.', { 'Retry-After': seconds }),
  }
  return {
    ...transformed,
    schema: {
      ...schema,
      security: [{ apiKey: [permission] }],
      description: `${schema.description ?? ''}\n\nNeeds \`${permission}\`.`.trim(),
      ...(keyed ? { headers: keyParameter } : {}),
      response: { ...problems, ...schema.response },
    } as Output['schema'],
  }
}
