/**
 * `Idempotency-Key`: a request that is repeated has one effect and one answer (docs/decisions/0004-idempotency-keys.md).
 * The key is reserved before the request runs, in a transaction of its own; the request's first transaction that writes marks the
 * key in the same commit, if the request still holds it; the answer is kept last. So whatever dies when, a repeat
 * either finds nothing done and does it, or finds it done and does nothing.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomId } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { answerLost, keyInFlight, keyReused, overtaken, secretShown } from './problems.ts'
import {
  answerKey,
  endLease,
  keptHours,
  markEffect,
  purgeKeys,
  readKey,
  releaseKey,
  reserveKey,
  subjectsOf,
} from './statements.ts'

export { keyMalformed } from './problems.ts'

/** One request that holds its key. */
export type Reservation = { readonly tenantId: string; readonly hash: Buffer; readonly owner: string }

/** What a client gets again. A secret's answer keeps nothing but the id of what was made. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export type KeyedRequest = {
  readonly key: string
  /** The route's pattern, for people. */
  readonly route: string
  /** Method, address and body: what must be the same when the key is. */
  readonly content: string
}

export type Idempotency = {
  /** The key, taken for this request, or the answer that was given before. Throws when neither is to be had. */
  reserve(ctx: Context, request: KeyedRequest): Promise<{ reservation: Reservation } | { answer: Answer }>
  /** Runs `work` such that its first effect is committed only while the reservation is held. */
  during<T>(reservation: Reservation, work: () => T): T
  answer(reservation: Reservation, answer: Answer, options: { secret: boolean }): Promise<void>
  /** The request failed on our side: the key is free again, unless something was changed already. */
  release(reservation: Reservation): Promise<void>
}

const current = new AsyncLocalStorage<Reservation>()

/**
 * The database such that a keyed request's transactions in its tenant commit together with the mark on its key. Platform
 * transactions are not marked: they may be shared by many requests, as intake's group commit is.
 */
export function fenceKeyedRequests(database: Database): Database {
  return {
    ...database,
    tenantTx(ctx, work, options) {
      const reservation = current.getStore()
      if (reservation?.tenantId !== ctx.tenantId) return database.tenantTx(ctx, work, options)
      return database.tenantTx(
        ctx,
        async (tx) => {
          const result = await work(tx)
          const { wrote, held } = (await tx.row(markEffect, reservation))!
          if (wrote && !held)
            throw new Problem(overtaken, 'This request took too long and another one has its key now.')
          return result
        },
        options,
      )
    },
  }
}

/** Its own transactions are never an effect of the request. `leaseMs`: longer than any request may run. */
export function makeIdempotency(database: Database, leaseMs: number): Idempotency {
  const inTenant = <T>(reservation: Pick<Reservation, 'tenantId'>, work: Parameters<Database['tenantTx']>[1]) =>
    current.exit(() => database.tenantTx(reservation, work)) as Promise<T>

  return {
    async reserve(ctx, { key, route, content }) {
      const { type, id } = ctx.actor
      const { tenantId } = ctx
      const reservation = { tenantId, hash: sha256(`${type}\0${id}\0${key}`), owner: randomId() }
      const fingerprint = sha256(content)
      const requestId = ctx.requestId ?? null
      return current.exit(() =>
        database.tenantTx(ctx, async (tx) => {
          const taken = await tx.run(reserveKey, {
            ...reservation,
            fingerprint,
            route,
            actorType: type,
            actorId: id,
            requestId,
            leaseMs,
          })
          if (taken > 0) return { reservation }
          const row = await tx.row(readKey, reservation)
          // Freed between the two statements: as good as still running, for a moment.
          if (!row) throw inFlight(0)
          if (!row.fingerprint.equals(fingerprint))
            throw new Problem(keyReused, 'The key was used with another address or body.')
          if (row.answeredAt && row.status !== null) {
            if (row.secret) {
              const extension = JSON.parse(row.body ?? '{}')
              throw new Problem(secretShown, 'The secret is not kept and cannot be shown again.', { extension })
            }
            return {
              answer: { status: row.status, headers: (row.headers ?? {}) as Record<string, string>, body: row.body },
            }
          }
          if (row.leaseMs > 0) throw inFlight(row.leaseMs)
          const changed = row.requestId
            ? await tx.rows(subjectsOf, {
                tenantId,
                requestId: row.requestId,
                actorType: row.actorType,
                actorId: row.actorId,
                from: row.createdAt,
                to: row.effectAt ?? row.createdAt,
              })
            : []
          throw new Problem(
            answerLost,
            'The first request with this key changed something; how it ended is not known.',
            {
              extension: { changed: changed.map(({ subject }) => subject) },
            },
          )
        }),
      )
    },
    during: (reservation, work) => current.run(reservation, work),
    answer: (reservation, { status, headers, body }, { secret }) =>
      inTenant(reservation, async (tx) => {
        const kept = secret ? JSON.stringify({ id: idIn(body) }) : body
        await tx.run(answerKey, { ...reservation, status, headers: JSON.stringify(headers), body: kept, secret })
      }),
    release: (reservation) =>
      inTenant(reservation, async (tx) => {
        if ((await tx.run(releaseKey, reservation)) === 0) await tx.run(endLease, reservation)
      }),
  }
}

const maxRetrySeconds = 5

const inFlight = (leaseMs: number) =>
  new Problem(keyInFlight, 'Its answer is not known yet.', {
    extension: { retryAfterSeconds: Math.min(maxRetrySeconds, Math.max(1, Math.ceil(leaseMs / 1000))) },
  })

function idIn(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '{}').id ?? null
  } catch {
    return null
  }
}

const purgeBatch = 5000

/** Deletes keys older than they are kept; returns how many. */
export async function purgeIdempotencyKeys(database: Database): Promise<number> {
  for (let total = 0; ; ) {
    const deleted = await database.platformTx('purge idempotency keys', (tx) =>
      tx.run(purgeKeys, { limit: purgeBatch }),
    )
    total += deleted
    if (deleted < purgeBatch) return total
  }
}

export { keptHours }
