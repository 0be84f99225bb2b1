/**
 * Answers that stay open and tell what happens: server-sent events, a log that is followed. They end when the caller's rights do,
 * when the caller reads too slowly, and when the process stops; a client then simply asks again.
 */
import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem, quotaExceeded } from '#kernel/errors/index.ts'
import { believeMs } from '#kernel/remembered/index.ts'
import type { Http } from './server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer stays open: no timer on it, and its duration says nothing about how fast the server is. */
    stream?: true
  }
  interface FastifyInstance {
    openStream(request: FastifyRequest, reply: FastifyReply, options: StreamOptions): OpenStream
  }
}

export type StreamOptions = {
  readonly contentType: string
  /** Written when nothing else was for a while, so that proxies keep the connection; ignored by its readers. */
  readonly heartbeat: string
}
export type OpenStream = {
  /** Writes, unless it has ended. */
  write(chunk: string): void
  end(): void
  /** Aborts when the stream has ended, whoever ended it. */
  readonly signal: AbortSignal
}

const heartbeatMs = 15_000
/** Rights are looked at again when somebody's changed, and now and then even if nobody said so (what expires says nothing). */
const lookAgainMs = 5000
/** Changes that come together are one. */
const gatherMs = 50
/** A look before what was looked up is believed no more would see the old rights. */
const settleMs = believeMs + 50
const maxUnreadBytes = 256 * 1024
const maxOfCaller = 20
const maxOfTenant = 200

type Options = {
  /** Throws when the caller's rights are gone. */
  authorizeAgain: (request: FastifyRequest) => Promise<void>
  /** Calls back when anybody's rights changed. */
  onRightsChanged?: ((heard: () => void) => void) | undefined
}

export function openStreams(http: Http, { authorizeAgain, onRightsChanged }: Options): void {
  const open = new Set<{ look(): void; end(): void }>()
  const counts = new Map<string, number>()
  let gathering: NodeJS.Timeout | undefined
  const settling = new Set<NodeJS.Timeout>()
  const lookAtAll = () => {
    for (const stream of open) stream.look()
  }
  // A look for each gathering, and not one for all that wait: it would come too early for the changes just before it.
  onRightsChanged?.(() => {
    gathering ??= setTimeout(() => {
      gathering = undefined
      const look = setTimeout(() => {
        settling.delete(look)
        lookAtAll()
      }, settleMs)
      settling.add(look)
    }, gatherMs)
  })
  const interval = setInterval(lookAtAll, lookAgainMs).unref()
  const endAll = () => {
    for (const stream of open) stream.end()
  }
  http.addHook('preClose', async () => {
    clearInterval(interval)
    clearTimeout(gathering)
    for (const look of settling) clearTimeout(look)
    endAll()
  })

  function count(keys: readonly [caller: string, tenant: string]) {
    const [caller, tenant] = keys
    if ((counts.get(caller) ?? 0) >= maxOfCaller || (counts.get(tenant) ?? 0) >= maxOfTenant)
      throw new Problem(quotaExceeded, `At most ${maxOfCaller} open streams a caller and ${maxOfTenant} a tenant.`, {
        extension: { 'violated-policies': ['streams'], retryAfterSeconds: 10 },
      })
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return () => {
      for (const key of keys) {
        const left = counts.get(key)! - 1
        if (left > 0) counts.set(key, left)
        else counts.delete(key)
      }
    }
  }

  http.decorate('openStream', (request: FastifyRequest, reply: FastifyReply, options: StreamOptions): OpenStream => {
    const { actor, tenantId } = request.caller!
    const uncount = count([`${actor.type}:${actor.id}`, `tenant:${tenantId}`])
    const body = new PassThrough({ highWaterMark: maxUnreadBytes })
    const ended = new AbortController()
    const beat = setInterval(() => write(options.heartbeat), heartbeatMs).unref()
    const handle = {
      look: () => void authorizeAgain(request).catch(end),
      end,
    }
    function write(chunk: string) {
      if (ended.signal.aborted) return
      body.write(chunk)
      if (body.writableLength + body.readableLength > maxUnreadBytes) end()
    }
    function end() {
      if (ended.signal.aborted) return
      ended.abort()
      clearInterval(beat)
      open.delete(handle)
      uncount()
      body.end()
    }
    open.add(handle)
    body.once('close', end)
    // Fastify destroys the body when the client goes; a body that was never read must not outlive its request either.
    reply.raw.once('close', () => {
      end()
      body.destroy()
    })
    reply
      .header('content-type', options.contentType)
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(body)
    return { write, end, signal: ended.signal }
  })
  http.decorate('endStreams', endAll)
  http.decorate('authorizeAgain', authorizeAgain)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends all open streams; part of draining. */
    endStreams(): void
    /** Throws when the caller's rights are gone; for answers that take long without staying open. */
    authorizeAgain(request: FastifyRequest): Promise<void>
  }
}
