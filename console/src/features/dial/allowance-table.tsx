/** Allowances as a table; those who may can take one back. */
import { Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Allowance } from './queries.ts'
import { RemoveAllowance } from './remove-allowance.tsx'

type AllowanceTableProps = {
  allowances: readonly Allowance[]
  bare?: boolean
  /** Names of tenants by id, where it is not plain whose they are. */
  tenants?: ReadonlyMap<string, string>
}

export function AllowanceTable({ allowances, bare = false, tenants }: AllowanceTableProps) {
  const mayWrite = useMay('dial:write')
  const [removed, setRemoved] = useState<Allowance | null>(null)
  return (
    <>
      <DataTable
        bare={bare}
        caption="Dial allowances"
        columns={[
          columns[0]!,
          ...(tenants ? [whose(tenants)] : []),
          ...columns.slice(1),
          ...(mayWrite ? [remove(setRemoved)] : []),
        ]}
        rows={allowances}
        rowKey={({ id }) => id}
        minWidth={300}
      />
      {removed ? <RemoveAllowance allowance={removed} onClose={() => setRemoved(null)} /> : null}
    </>
  )
}

const columns: Column<Allowance>[] = [
  {
    id: 'target',
    header: 'Network or host',
    cell: ({ target, reason }) => (
      <Stack gap={2}>
        <Text inherit fw={500} ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {target}
        </Text>
        <Text size="sm" c="dimmed" maw={420}>
          {reason}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'made',
    header: 'Opened',
    phone: false,
    cell: ({ created_by: by, created_at: at }) => (
      <>
        {by}, <Moment value={at} />
      </>
    ),
  },
]

const whose = (tenants: ReadonlyMap<string, string>): Column<Allowance> => ({
  id: 'tenant',
  header: 'For',
  cell: ({ tenant_id: id }) => (
    <TextLink to="/tenants/$id" params={{ id }}>
      {tenants.get(id) ?? 'a tenant'}
    </TextLink>
  ),
})

const remove = (onRemove: (allowance: Allowance) => void): Column<Allowance> => ({
  id: 'action',
  header: 'Action',
  align: 'right',
  cell: (allowance) => (
    <Button variant="default" size="xs" onClick={() => onRemove(allowance)} aria-label={`Close ${allowance.target}`}>
      Close
    </Button>
  ),
})
