/** What a stream owns: three kinds in three fields, one list in the API. Pure. */
import type { Stream } from './stream-columns.tsx'

type Kind = Stream['sources'][number]['kind']

/** The kinds in the order they are sent; a fault's pointer counts along it. */
export const sourceOrder: readonly Kind[] = ['repository', 'jira_project', 'service']

export const sourceKinds: Record<Kind, { title: string; short: string; hint: string }> = {
  repository: { title: 'Repositories', short: 'repo', hint: 'owner/name' },
  jira_project: { title: 'Jira projects', short: 'Jira', hint: 'Project key, for example SHOP' },
  service: { title: 'Services', short: 'service', hint: 'Name of a deployed service' },
}

/** The fields' values as the API's one list. */
export const toSources = (fields: Record<Kind, readonly string[]>) =>
  sourceOrder.flatMap((kind) => fields[kind].map((value) => ({ kind, value })))

/** The API's list as one value a field. */
export function fromSources(sources: Stream['sources']): Record<Kind, string[]> {
  const fields: Record<Kind, string[]> = { repository: [], jira_project: [], service: [] }
  for (const { kind, value } of sources) fields[kind].push(value)
  return fields
}

/** The field a pointer like `#/sources/3/value` belongs to. */
export function fieldOfPointer(pointer: string, fields: Record<Kind, readonly string[]>): string {
  const [name, index] = pointer.replace(/^#?\/?/, '').split('/')
  if (name !== 'sources') return name ?? ''
  return toSources(fields)[Number(index ?? 0)]?.kind ?? 'repository'
}

/** An id that may name a stream, made of a repository's or a stream's name. */
export const toStreamId = (name: string): string =>
  (name.split('/').at(-1) ?? name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
