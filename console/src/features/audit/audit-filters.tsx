/** Filters of the audit trail; all of them stand in the address. */
import { Button, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { SearchField } from '~/ui/search-field.tsx'
import { facetsQuery } from './queries.ts'
import type { AuditSearch } from './search.ts'

type AuditFiltersProps = {
  value: AuditSearch
  onChange: (change: AuditSearch | Partial<AuditSearch>) => void
  /** Absent when there is nothing to clear. */
  onClear: (() => void) | undefined
}

const width = { base: '47%', xs: 156 }

/** A value that the address names stays on offer, though it was not seen lately. */
const withChosen = (names: readonly string[], chosen: string | undefined) =>
  chosen === undefined || names.includes(chosen) ? [...names] : [chosen, ...names]

export function AuditFilters({ value, onChange, onClear }: AuditFiltersProps) {
  const facets = useQuery(facetsQuery).data
  const actors = (facets?.actors ?? []).map(({ id, name, type }) => ({ value: id, label: `${name} (${type})` }))
  const distinct = [...new Map(actors.map((actor) => [actor.value, actor])).values()]
  const known = value.actor === undefined || distinct.some((actor) => actor.value === value.actor)
  return (
    <Group align="flex-end" gap="sm" role="search" aria-label="Filters">
      <SearchField label="Search" value={value.q} onChange={(q) => onChange({ q })} w={width} />
      <Select
        label="Module"
        w={width}
        placeholder="Any"
        clearable
        searchable
        data={withChosen(facets?.modules ?? [], value.module)}
        value={value.module ?? null}
        onChange={(next) => onChange({ module: next ?? undefined, action: undefined })}
      />
      <Select
        label="Action"
        w={{ base: '47%', xs: 188 }}
        placeholder="Any"
        clearable
        searchable
        data={withChosen(
          (facets?.actions ?? []).filter((action) => !value.module || action.startsWith(`${value.module}.`)),
          value.action,
        )}
        value={value.action ?? null}
        onChange={(next) => onChange({ action: next ?? undefined })}
      />
      <Select
        label="By"
        w={{ base: '47%', xs: 188 }}
        placeholder="Anybody"
        clearable
        searchable
        data={known ? distinct : [{ value: value.actor!, label: value.actor! }, ...distinct]}
        value={value.actor ?? null}
        onChange={(next) => onChange({ actor: next ?? undefined })}
      />
      <TextInput
        type="date"
        label="From"
        w={{ base: '47%', xs: 142 }}
        value={value.from ?? ''}
        onChange={(event) => onChange({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label="To"
        w={{ base: '47%', xs: 142 }}
        value={value.to ?? ''}
        onChange={(event) => onChange({ to: event.currentTarget.value || undefined })}
      />
      {onClear ? (
        <Button variant="subtle" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </Group>
  )
}
