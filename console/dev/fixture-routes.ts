/** What the stand-in answers, checked by the very schemas the console checks it with. */
import { createdKey, keyList as keyListSchema, newKey } from '../../src/modules/access/schemas.ts'
import { crossStreamPairReply, crossStreamReply } from '../../src/modules/delivery/correlation/schemas.ts'
import { changesReply, receiptReply } from '../../src/modules/delivery/dora/receipts/schemas.ts'
import { bandsReply, doraReply, leadTimeReply, overviewReply } from '../../src/modules/delivery/dora/schemas.ts'
import {
  attributionOverride,
  deploymentList,
  deploymentReply,
  incidentList,
  newStream,
  streamList as streamListSchema,
} from '../../src/modules/delivery/facts/schemas.ts'
import { flowReply } from '../../src/modules/delivery/flow/schemas.ts'
import { forecastReply } from '../../src/modules/delivery/forecast/schemas.ts'
import { sprintReply, velocityReply } from '../../src/modules/delivery/sprints/schemas.ts'
import { connectReply, eventList, eventReply } from '../../src/modules/intake/schemas.ts'
import { scheduleList } from '../../src/modules/operations/schemas.ts'
import { changeAccount, lookAtAccount } from './fixture-account.ts'
import { crossStream, crossStreamPair } from './fixture-cross-stream.ts'
import { day, dayMs, deploymentDetail, deployments, incidents, now, streamList } from './fixture-data.ts'
import { flow } from './fixture-flow.ts'
import { forecast } from './fixture-forecast.ts'
import { connect, eventDetail, events, keyList, queueCounts, schedules } from './fixture-intake.ts'
import { bands, dora, doraStreams, leadTime } from './fixture-metrics.ts'
import { changeNotifications, lookAtNotifications } from './fixture-notifications.ts'
import { changeOperations, lookAtOperations } from './fixture-operations-routes.ts'
import { changePeople, lookAtPeople } from './fixture-people-routes.ts'
import { changePulse, lookAtPulse } from './fixture-pulse.ts'
import { receipt, receiptChanges } from './fixture-receipts.ts'
import { as, checked, page, type Reply } from './fixture-reply.ts'
import { changeRepositories, lookAtRepositories } from './fixture-repositories.ts'
import { sprint, velocity } from './fixture-sprints.ts'

/** The reply to a request, or null for what does not exist. */
export function answer(method: string, path: string, query: URLSearchParams, body: unknown, mode: string): Reply {
  const empty = mode === 'empty'
  if (method !== 'GET') return change(method, path, body)
  const asked = {
    stream: query.get('stream') ?? query.get('tech_stream') ?? 'all',
    from: query.get('from') ?? day(now - 89 * dayMs),
    to: query.get('to') ?? day(now),
    interval: query.get('interval') ?? 'week',
    asOf: query.get('as_of'),
    empty,
  }
  const id = Number(path.split('/')[2])
  if (/^\/deployments\/\d+$/.test(path)) {
    const detail = deploymentDetail(id)
    return detail && as(deploymentReply, detail)
  }
  if (/^\/events\/\d+$/.test(path)) return as(eventReply, eventDetail(id))
  if (/^\/sprints\/\d+$/.test(path)) {
    const detail = sprint(id)
    return detail && as(sprintReply, detail)
  }
  switch (path) {
    case '/metrics/dora':
      return as(doraReply, dora(asked))
    case '/metrics/dora/receipt':
      return as(receiptReply, receipt(asked, query))
    case '/metrics/dora/changes':
      return as(changesReply, receiptChanges(asked, query))
    case '/metrics/dora/streams':
      return as(overviewReply, doraStreams(asked))
    case '/metrics/forecast':
      return as(forecastReply, forecast(query, empty))
    case '/metrics/bands':
      return as(bandsReply, bands)
    case '/metrics/lead-time':
      return as(leadTimeReply, leadTime(asked))
    case '/metrics/velocity':
      return as(velocityReply, velocity(asked))
    case '/metrics/flow':
      return as(flowReply, flow(asked))
    case '/metrics/cross-stream':
      return as(crossStreamReply, crossStream(empty, asked.stream, query.get('cursor')))
    case '/metrics/cross-stream/pair':
      return as(crossStreamPairReply, crossStreamPair(query))
    case '/streams':
      return as(streamListSchema, empty ? { streams: [], unassigned_repositories: [] } : streamList)
    case '/deployments': {
      const only = query.get('only')
      const wanted = deployments.filter((row) =>
        only === 'failed'
          ? row.failed
          : only === 'rework'
            ? row.rework_reason
            : only === 'untraced'
              ? !row.traced
              : true,
      )
      const { shown, next_cursor } = page(empty ? [] : wanted, query.get('cursor'))
      return as(deploymentList, { deployments: shown, next_cursor })
    }
    case '/incidents': {
      const asks = query.get('attributed')
      const wanted = incidents.filter((row) => asks === null || (row.deployment_id !== null) === (asks === 'yes'))
      const { shown, next_cursor } = page(empty ? [] : wanted, query.get('cursor'))
      return as(incidentList, { incidents: shown, next_cursor })
    }
    case '/events': {
      const status = query.get('status')
      const { shown, next_cursor } = page(
        empty ? [] : events.filter((row) => status === null || row.status === status),
        query.get('cursor'),
      )
      const counts = empty ? { pending: 0, processing: 0, completed: 0, dead_lettered: 0 } : queueCounts
      return as(eventList, { counts, events: shown, next_cursor })
    }
    case '/schedules':
      return as(scheduleList, { schedules: empty ? [] : schedules })
    case '/api-keys':
      return as(keyListSchema, empty ? { ...keyList, keys: [] } : keyList)
    case '/connect':
      return as(connectReply, connect(empty))
    default:
      return (
        lookAtAccount(path, mode) ??
        lookAtNotifications(path, query, empty) ??
        lookAtOperations(path, query, empty) ??
        lookAtPeople(path, query, empty) ??
        lookAtRepositories(path, query, mode) ??
        lookAtPulse(path, query, empty)
      )
  }
}

function change(method: string, path: string, body: unknown): Reply {
  if (path === '/streams' && method === 'POST')
    return checked(newStream, body, (value) => ({ status: 201, body: value }))
  if (path === '/api-keys' && method === 'POST')
    return checked(newKey, body, () => ({
      status: 201,
      body: createdKey.parse({ id: 'k9', key: 'dt_k3xq9b7m_4m1sTn0tArealKeyJustAPicture0000' }),
    }))
  const changed =
    changeAccount(method, path, body) ??
    changePulse(method, path, body) ??
    changeRepositories(method, path, body) ??
    changeNotifications(method, path, body) ??
    changeOperations(method, path, body) ??
    changePeople(method, path, body)
  if (changed) return changed
  if (path.endsWith('/rotate'))
    return { status: 201, body: { id: 'k9', key: 'dt_k3xq9b7m_4m1sTn0tArealKeyJustAPicture0001' } }
  if (path.endsWith('/attribution') && method === 'PUT')
    return checked(attributionOverride, body, () => ({ status: 200, body: {} }))
  if (path.endsWith('/run')) return { body: { outcome: 'ok, 3 days recomputed' } }
  return { status: 204, body: undefined }
}
