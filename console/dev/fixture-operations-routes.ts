/** What the stand-in answers to the operations pages, checked by the very schemas the console checks it with. */
import type { z } from 'zod'
import { alertList, alertReply, integrationHealth } from '../../src/modules/alerts/schemas.ts'
import { connectionList, madeConnection, newConnection } from '../../src/modules/intake/schemas.ts'
import {
  databaseReport as databaseReportSchema,
  deadLetterList,
  requeueReply,
  requeueRequest,
  workHistory as workHistorySchema,
  workList,
  workRow as workRowSchema,
} from '../../src/modules/operations/schemas.ts'
import { connectionTest, sourceRepositoryList } from '../../src/modules/polling/schemas.ts'
import { retentionReply } from '../../src/modules/retention/schemas.ts'
import { settingList } from '../../src/modules/settings/schemas.ts'
import {
  alertDetail,
  alerts,
  conditions,
  connections,
  databaseReport,
  deadLetters,
  groupsOf,
  health,
  noHealth,
  resolvedAlerts,
  retention,
  settings,
  work,
  workHistory,
  workRow,
} from './fixture-operations.ts'
import { as, checked, page, type Reply } from './fixture-reply.ts'

/** The reply to a look, or null for what does not exist. */
export function lookAtOperations(path: string, query: URLSearchParams, empty: boolean): Reply {
  const [, first, second, third, fourth] = path.split('/')
  if (first === 'work' && third === 'dead-letters') return listDeadLetters(second!, query, empty)
  if (first === 'work' && third === 'rows') return as(workRowSchema, workRow(second!, Number(fourth)))
  if (path.startsWith('/admin/system-alerts/')) {
    const detail = alertDetail(path.split('/')[3]!)
    return detail && as(alertReply, detail)
  }
  switch (path) {
    case '/work':
      return as(workList, {
        work: empty
          ? work.map((one) => ({ ...one, pending: 0, due: 0, processing: 0, dead_lettered: 0, oldest_due_at: null }))
          : work,
      })
    case '/work/history': {
      const minutes = Number(query.get('minutes') ?? 180)
      return as(workHistorySchema, empty ? { minutes, points: [] } : workHistory(minutes))
    }
    case '/admin/system-alerts': {
      const state = query.get('state') ?? 'open'
      const all = state === 'open' ? alerts : state === 'resolved' ? resolvedAlerts : [...alerts, ...resolvedAlerts]
      const quiet = conditions.map((one) => ({ ...one, open: 0, error: null }))
      return as(alertList, {
        alerts: empty ? [] : all,
        conditions: empty ? quiet : conditions,
        next_cursor: null,
      })
    }
    case '/admin/integration-health':
      return as(integrationHealth, empty ? noHealth : health)
    case '/repositories':
      return as(sourceRepositoryList, { repositories: [], next_cursor: null })
    case '/connections':
      return as(connectionList, { connections: empty ? [] : connections })
    case '/database-report':
      return as(
        databaseReportSchema,
        empty ? { ...databaseReport, slow_statements: null, unused_indexes: [], missing_indexes: [] } : databaseReport,
      )
    case '/retention':
      return as(
        retentionReply,
        empty ? { policies: [], archive: { ...retention.archive, files: 0, rows: 0, bytes: 0 } } : retention,
      )
    case '/settings':
      return as(settingList, { settings: empty ? [] : settings })
    default:
      return null
  }
}

function listDeadLetters(name: string, query: URLSearchParams, empty: boolean): Reply {
  const all = empty ? [] : name === 'event_queue' ? deadLetters : deadLetters.slice(0, 3)
  const kind = query.get('error_class')
  const { shown, next_cursor } = page(
    all.filter((row) => kind === null || row.error_class === kind),
    query.get('cursor'),
  )
  return as(deadLetterList, { groups: groupsOf(all), dead_letters: shown, next_cursor })
}

/** The reply to a change, or null when it is not about operations. */
export function changeOperations(method: string, path: string, body: unknown): Reply {
  if (path.endsWith('/requeue'))
    return checked(requeueRequest, body, (value) => {
      const { ids, filter, dry_run } = value as z.output<typeof requeueRequest>
      const matched =
        ids?.length ?? deadLetters.filter((row) => !filter || row.error_class === filter.error_class).length
      return as(requeueReply, { dry_run: dry_run === true, matched, requeued: dry_run ? 0 : matched })
    })
  if (/^\/admin\/integrations\/\w+\/test$/.test(path))
    return as(connectionTest, path.includes('github') ? testedGitHub : testedJira)
  if (path.endsWith('/acknowledge')) return as(alertReply, alertDetail(path.split('/')[3]!))
  if (path === '/connections' && method === 'POST')
    return checked(newConnection, body, () => ({ status: 201, body: madeConnection.parse(made) }))
  if (path.startsWith('/connections/') && path.endsWith('/rotate'))
    return { body: { id: made.id, secret: made.secret } }
  return null
}

const testedGitHub = {
  source: 'github',
  configured: true,
  ok: false,
  answer: 'GitHub knows the token as acme-bot; it may not do all that is needed.',
  status: 200,
  account: 'acme-bot',
  scopes: ['repo', 'read:user'],
  missing: ['admin:org_hook'],
  quota: { limit: 5000, remaining: 4321, resets_at: '2026-11-21T21:00:00.000Z' },
}
const testedJira = {
  source: 'jira',
  configured: true,
  ok: false,
  answer: 'Jira does not accept the credentials (401).',
  status: 401,
  account: null,
  scopes: null,
  missing: [],
  quota: null,
}

const made = {
  id: connections[0]!.id,
  url: connections[0]!.url,
  secret: 'n0tArealSecretJustAPicture0000000000000000',
}
