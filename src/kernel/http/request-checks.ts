/** What no route should have to look at: requests that are odd in ways a schema does not see. */
import type { FastifyRequest } from 'fastify'
import {
  invalidRequest,
  loopDetected,
  malformedRequest,
  misdirected,
  Problem,
  type ProblemType,
  unsupportedMediaType,
} from '#kernel/errors/index.ts'
import { maxDepth } from './strict-json.ts'

/** Answered under any name: probes and scrapers come by pod address or service name. */
const anyHost = new Set(['/healthz', '/readyz', '/metrics'])
const address = /^(\[[0-9a-f:.]+\]|\d{1,3}(\.\d{1,3}){3}|localhost|[^.]+)$/i

/**
 * The host names this instance answers to, or undefined for any. Only an instance that was told its public name can know that
 * another is wrong; addresses, `localhost` and names without a dot cannot be another site's and always pass.
 */
export function servedHosts(baseUrls: readonly (string | undefined)[], further: string | undefined) {
  const names = baseUrls.flatMap((url) => (url === undefined ? [] : [new URL(url).hostname]))
  if (names.every((name) => address.test(name))) return undefined
  return new Set([...names, ...(further ?? '').split(',').map((name) => name.trim().toLowerCase())])
}

export function refuseForeignHost(request: FastifyRequest, served: ReadonlySet<string> | undefined): void {
  if (!served || anyHost.has(request.routeOptions.url ?? '')) return
  const name = hostName(request.headers.host ?? '')
  if (!served.has(name) && !address.test(name))
    throw new Problem(misdirected, `The host name "${name.slice(0, 100)}" is not one of this instance.`)
}

const hostName = (host: string) => host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()

/** A request that this installation sent itself: answered, it could go round for ever. */
export function refuseLoop(request: FastifyRequest, mark: string | undefined): void {
  if (mark !== undefined && request.headers['daytwo-hop'] === mark)
    throw new Problem(loopDetected, 'The request was sent by this very installation.')
}

/** Before the body is read. */
export function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw new Problem(unsupportedMediaType, `Content-Encoding ${encoding} is not accepted; send the body as it is.`)
}

/** A parameter given twice would be read in one way here and in another by a proxy in front. */
export function refuseRepeatedParameters({ query }: FastifyRequest): void {
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>))
    if (Array.isArray(value))
      throw fault(malformedRequest, 'A parameter stands twice.', `query/${name}`, 'give it once', 'duplicate')
}

/** Where a route takes no query or no body at all, there is no schema to say so. */
export function refuseUntaken(request: FastifyRequest): void {
  const { schema, config } = request.routeOptions
  if (config.permission === undefined) return
  for (const [place, value, taken] of [
    ['query', request.query, schema?.querystring],
    ['#', request.body, schema?.body],
  ] as const) {
    if (taken || value === null || typeof value !== 'object' || Buffer.isBuffer(value)) continue
    const errors = Object.keys(value).map((name) => ({
      pointer: `${place}/${name}`,
      detail: 'unknown field',
      code: 'unrecognized_keys',
    }))
    if (errors.length > 0) throw new Problem(invalidRequest, 'This route takes none of these.', { errors })
  }
}

/** PostgreSQL's text holds no NUL, so no text of ours may. What intake receives is kept as bytes and not looked at here. */
export function refuseUnfit(value: unknown, pointer: string, depth = 0): void {
  if (depth > maxDepth) throw new Problem(malformedRequest, `The body is nested deeper than ${maxDepth} levels.`)
  if (typeof value === 'string' && value.includes('\0'))
    throw fault(invalidRequest, 'A text holds a NUL character.', pointer, 'NUL is not allowed', 'nul')
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return
  for (const [name, item] of Object.entries(value)) {
    refuseUnfit(name, pointer)
    refuseUnfit(item, `${pointer}/${name}`, depth + 1)
  }
}

const fault = (type: ProblemType, what: string, pointer: string, detail: string, code: string) =>
  new Problem(type, what, { errors: [{ pointer, detail, code }] })
