/**
 * Names in the archive. `<table>/<day>.jsonl` is the default tenant's, another tenant's lies below `tenants/<id>/`, so that
 * one tenant can be exported and erased alone. A day that is added to has parts: `<day>.2.jsonl` …; beside each part its
 * manifest, without which a file is not (yet) a part of the archive.
 */
import { defaultTenantId } from '#kernel/context/index.ts'

export type PartName = {
  readonly tenantId: string
  readonly table: string
  /** UTC day of recording. */
  readonly day: string
  /** From 1. */
  readonly part: number
}

const folderOf = ({ tenantId, table }: Pick<PartName, 'tenantId' | 'table'>): string =>
  tenantId === defaultTenantId ? table : `tenants/${tenantId}/${table}`

/** What the names of all parts of a day start with. */
export const dayPrefix = (of: Omit<PartName, 'part'>): string => `${folderOf(of)}/${of.day}.`

const stem = (of: PartName): string => `${folderOf(of)}/${of.day}${of.part === 1 ? '' : `.${of.part}`}`
export const dataName = (of: PartName): string => `${stem(of)}.jsonl`
export const manifestName = (of: PartName): string => `${stem(of)}.manifest.json`

const shape =
  /^(?:tenants\/(?<tenant>[0-9a-f-]{36})\/)?(?<table>[a-z_]+)\/(?<day>\d{4,6}-\d\d-\d\d)(?:\.(?<part>\d{1,6}))?\.(?<kind>jsonl|manifest\.json)$/

/** Undefined for what is no file of the archive. */
export function readName(name: string): (PartName & { readonly kind: 'data' | 'manifest' }) | undefined {
  const groups = shape.exec(name)?.groups
  if (!groups) return undefined
  return {
    tenantId: groups.tenant ?? defaultTenantId,
    table: groups.table!,
    day: groups.day!,
    part: Number(groups.part ?? 1),
    kind: groups.kind === 'jsonl' ? 'data' : 'manifest',
  }
}
