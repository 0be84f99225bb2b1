/** Jira's API as far as asking for what was missed needs it. Paths and the forms of replies. */
import { z } from 'zod'
import { Halt } from '../halt.ts'
import { anyId, type Reader } from '../reader.ts'

const most = 1000
const pageSize = 50
const searchSize = 100
/** Jira writes offsets without a colon. */
const time = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'expected a time')
const total = z.number().int().min(0)

export const boardsReply = z.object({
  values: z.array(z.object({ id: anyId })).max(most),
  isLast: z.boolean().default(true),
})
const sprint = z.object({
  id: z.number().int().positive(),
  state: z.enum(['future', 'active', 'closed']),
  name: z.string().nullish(),
  originBoardId: z.number().int().positive().nullish(),
  startDate: time.nullish(),
  activatedDate: time.nullish(),
  endDate: time.nullish(),
  completeDate: time.nullish(),
})
export type JiraSprint = z.output<typeof sprint>
export const sprintsReply = z.object({ values: z.array(sprint).max(most), isLast: z.boolean().default(true) })

const history = z.object({
  id: anyId,
  created: time,
  /** Every object has a function called toString, and here it is a field: read only what is the item's own. */
  items: z.array(z.record(z.string(), z.unknown())).max(500).default([]),
})
export type JiraHistory = z.output<typeof history>
const issue = z.object({
  id: anyId,
  key: z.string().regex(/^[A-Z][A-Z0-9_]{0,30}-\d{1,10}$/),
  self: z.string().nullish(),
  fields: z.looseObject({
    created: time,
    updated: time,
    issuetype: z.looseObject({ name: z.string().nullish() }).nullish(),
    status: z.looseObject({ id: z.unknown(), name: z.string().nullish() }).nullish(),
    resolutiondate: time.nullish(),
  }),
  changelog: z.object({ total, histories: z.array(history).max(most) }).optional(),
})
export type JiraIssueReply = z.output<typeof issue>
export const sprintIssuesReply = z.object({ issues: z.array(issue).max(most), total: total.nullish() })
export const searchReply = z.object({
  issues: z.array(issue).max(most),
  nextPageToken: z.string().max(2000).nullish(),
})
const changelogReply = z.object({
  values: z.array(history).max(most),
  total: total.nullish(),
  isLast: z.boolean().optional(),
})

export const statusesReply = z
  .array(z.object({ id: anyId, statusCategory: z.object({ key: z.string().max(50) }).nullish() }))
  .max(10_000)
export const fieldsReply = z
  .array(
    z.object({
      id: z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/),
      name: z.string(),
      schema: z.object({ custom: z.string().optional() }).nullish(),
    }),
  )
  .max(10_000)
export const myselfReply = z.object({ displayName: z.string().max(300), emailAddress: z.string().max(300).optional() })

const query = (given: Record<string, string | number>) =>
  new URLSearchParams(Object.entries(given).map(([name, value]): [string, string] => [name, String(value)])).toString()
export const paths = {
  myself: '/rest/api/3/myself',
  statuses: '/rest/api/3/status',
  fields: '/rest/api/3/field',
  boards: (startAt: number) => `/rest/agile/1.0/board?${query({ type: 'scrum', startAt, maxResults: pageSize })}`,
  sprints: (board: string, startAt: number) =>
    `/rest/agile/1.0/board/${board}/sprint?${query({ state: 'active,closed', startAt, maxResults: pageSize })}`,
  sprintIssues: (id: number, startAt: number, fields: string) =>
    `/rest/agile/1.0/sprint/${id}/issue?${query({ fields, expand: 'changelog', startAt, maxResults: pageSize })}`,
  search: (jql: string, fields: string, token: string | undefined) =>
    `/rest/api/3/search/jql?${query({ jql, fields, expand: 'changelog', maxResults: searchSize, ...(token === undefined ? {} : { nextPageToken: token }) })}`,
  changelog: (id: string, startAt: number) =>
    `/rest/api/3/issue/${id}/changelog?${query({ startAt, maxResults: searchSize })}`,
} as const

/** What must be answered for anything to make sense. */
export async function certain<S extends z.ZodType>(reader: Reader, path: string, shape: S): Promise<z.output<S>> {
  const answer = await reader.get(path, shape)
  if (answer.kind === 'ok') return answer.value
  const said = answer.kind === 'refused' && answer.said !== '' ? `: ${answer.said}` : ''
  throw new Halt(
    'failed',
    `Jira answered ${answer.kind === 'refused' ? answer.status : 304} to ${path.split('?')[0]}${said}`,
  )
}

const mostHistories = 5000

/** All changes of an issue, oldest first; what did not fit into the issue's own reply is asked for. */
export async function historiesOf(reader: Reader, { id, changelog }: JiraIssueReply): Promise<JiraHistory[]> {
  const byId = new Map((changelog?.histories ?? []).map((one) => [one.id, one]))
  if (changelog && changelog.total > byId.size) {
    for (let startAt = 0; startAt < mostHistories; ) {
      const { values, isLast, total: all } = await certain(reader, paths.changelog(id, startAt), changelogReply)
      for (const one of values) byId.set(one.id, one)
      startAt += values.length
      if (values.length === 0 || isLast || (all !== undefined && all !== null && startAt >= all)) break
    }
  }
  return [...byId.values()].sort((a, b) => Date.parse(a.created) - Date.parse(b.created) || Number(a.id) - Number(b.id))
}

/** What Jira calls its statuses and fields; asked once a run. */
export type JiraWords = {
  /** Category (`new`, `indeterminate`, `done`) by id of the status. */
  readonly categoryOf: ReadonlyMap<string, string>
  readonly sprintFields: readonly string[]
  /** By id: the name under which changes of it are told. */
  readonly pointFields: ReadonlyMap<string, string>
}

const sprintType = 'com.pyxis.greenhopper.jira:gh-sprint'
const pointNames = new Set(['story points', 'story point estimate'])

export async function readWords(reader: Reader): Promise<JiraWords> {
  const statuses = await certain(reader, paths.statuses, statusesReply)
  const named = await certain(reader, paths.fields, fieldsReply)
  return {
    categoryOf: new Map(
      statuses.flatMap(({ id, statusCategory }) => (statusCategory ? [[id, statusCategory.key]] : [])),
    ),
    sprintFields: named.filter(({ schema }) => schema?.custom === sprintType).map(({ id }) => id),
    pointFields: new Map(
      named.filter(({ name }) => pointNames.has(name.toLowerCase())).map(({ id, name }) => [id, name]),
    ),
  }
}

/** What is asked for of an issue. */
export const fieldsAsked = ({ sprintFields, pointFields }: JiraWords): string =>
  [
    ...['summary', 'issuetype', 'project', 'status', 'created', 'updated', 'resolutiondate', 'priority', 'components'],
    'description',
    ...sprintFields,
    ...pointFields.keys(),
  ].join(',')
