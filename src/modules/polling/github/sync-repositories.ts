/** Keeps the list of repositories as GitHub has it. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { databaseNow } from '#kernel/database/index.ts'
import { move, openCursor } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { Halt } from '../halt.ts'
import type { Reader } from '../reader.ts'
import {
  type GitHubRepository,
  isRepositoryName,
  ofRepository,
  paths,
  repositoriesReply,
  repositoryReply,
} from './api.ts'
import { markGone, repositoriesToAsk, unseen, upsertSeen } from './repository-queries.ts'

const poller = 'github-repositories'
const mostPages = 500
const position = z.object({ pass: z.object({ startedAt: z.string(), next: z.string() }).nullable() })

type Synced = { seen: number; gone: number }

/** All of the organisation; without one those that are connected or a source of a stream, one by one. */
export async function syncRepositories(deps: Deps, reader: Reader): Promise<Synced> {
  const { org } = deps.github!
  return org === undefined ? syncNamed(deps, reader) : syncOrganisation(deps, reader, org)
}

async function syncOrganisation({ database }: Deps, reader: Reader, org: string): Promise<Synced> {
  let cursor = await openCursor(database, poller, org.toLowerCase(), position, { pass: null })
  const begunAt = (await database.tenantTx(pollingContext, databaseNow)).toISOString()
  const visited = new Set<string>()
  let path = cursor.position.pass?.next ?? paths.organisationRepositories(org)
  for (let seen = 0; visited.size < mostPages; ) {
    if (visited.has(path)) throw new Halt('failed', `GitHub's pages go in a circle (${path})`)
    visited.add(path)
    const answer = await reader.get(path, repositoriesReply)
    if (answer.kind !== 'ok') {
      if (cursor.position.pass && visited.size === 1) {
        cursor = { ...cursor, position: { pass: null } }
        path = paths.organisationRepositories(org)
        continue
      }
      throw new Halt('failed', refusedBecause(org, answer.kind === 'refused' ? answer.status : 304))
    }
    const { value, next } = answer
    seen += value.length
    const startedAt = cursor.position.pass?.startedAt ?? begunAt
    cursor = await database.tenantTx(pollingContext, async (tx) => {
      await keep(tx, value)
      return move(tx, cursor, { pass: next === null ? null : { startedAt, next } })
    })
    if (next === null) return { seen, gone: await lookForGone({ database }, reader, new Date(startedAt)) }
    path = next
  }
  throw new Halt('budget', `${mostPages} pages of repositories are enough for one run`)
}

const refusedBecause = (org: string, status: number) =>
  status === 404
    ? `GitHub knows no organisation ${org}, or the token does not see it`
    : `GitHub answered ${status} to the repositories of ${org}`

const keep = (tx: TenantTx, seen: readonly GitHubRepository[]) =>
  seen.length === 0 ? Promise.resolve(0) : tx.run(upsertSeen, { tenantId: tx.tenantId, seen })

/** A list that changes while it is read may leave one out: each is asked for by its id before it is believed to be gone. */
async function lookForGone({ database }: Pick<Deps, 'database'>, reader: Reader, before: Date): Promise<number> {
  const missed = await database.tenantTx(pollingContext, (tx) => tx.rows(unseen, { before }))
  const gone: string[] = []
  for (const { id } of missed) {
    const answer = await reader.get(paths.repositoryById(id), repositoryReply)
    if (answer.kind === 'ok') await database.tenantTx(pollingContext, (tx) => keep(tx, [answer.value]))
    else if (answer.kind === 'refused' && isAway(answer.status)) gone.push(id)
  }
  if (gone.length > 0) await database.tenantTx(pollingContext, (tx) => tx.run(markGone, { ids: gone }))
  return gone.length
}

const isAway = (status: number) => status === 404 || status === 410 || status === 451

async function syncNamed({ database }: Deps, reader: Reader): Promise<Synced> {
  const startedAt = await database.tenantTx(pollingContext, databaseNow)
  const names = await database.tenantTx(pollingContext, (tx) => tx.rows(repositoriesToAsk, { listed: false }))
  let seen = 0
  for (const { name } of names) {
    if (!isRepositoryName(name)) continue
    const answer = await reader.get(ofRepository(name), repositoryReply)
    if (answer.kind !== 'ok') continue
    seen++
    await database.tenantTx(pollingContext, (tx) => keep(tx, [answer.value]))
  }
  return { seen, gone: await lookForGone({ database }, reader, startedAt) }
}
