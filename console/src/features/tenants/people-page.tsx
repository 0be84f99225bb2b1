/** People: every account of this installation, where it belongs, and what it may do on the platform. */
import { Group, Select } from '@mantine/core'
import { IconUserSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay, useSession } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { PersonCell } from '~/ui/person-cell.tsx'
import { type RowAction, RowMenu } from '~/ui/row-menu.tsx'
import { SearchField } from '~/ui/search-field.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { DisablePerson, EnablePerson, PlatformRoleDialog } from './person-dialogs.tsx'
import { type Person, peopleQuery } from './queries.ts'
import { accountStatuses, platformRoles } from './search.ts'
import { AccountTag, PlatformRoleTag } from './status-tags.tsx'

const route = getRouteApi('/people')
type Open = { kind: 'role' | 'disable' | 'enable'; person: Person } | null

/** `/people`. */
export function PeoplePage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(peopleQuery(search))
  const { person: own } = useSession()
  const mayWrite = useMay('people:write')
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  const actionsOf = (person: Person): RowAction[] =>
    person.id === own?.id
      ? []
      : [
          { label: 'Change the platform role', onClick: () => setOpen({ kind: 'role', person }) },
          person.status === 'active'
            ? { label: 'Disable the account', onClick: () => setOpen({ kind: 'disable', person }), danger: true }
            : { label: 'Enable the account', onClick: () => setOpen({ kind: 'enable', person }) },
        ]
  return (
    <Page
      title="People"
      lead="Every account of this installation. What they may do in an organisation is decided there."
    >
      <Group align="flex-end" gap="md" role="search" aria-label="Filters">
        <SearchField label="Name or e-mail" value={search.q} onChange={(q) => change({ q })} />
        <Select
          label="Account"
          w={{ base: '100%', xs: 160 }}
          placeholder="Any"
          clearable
          data={accountStatuses.map((value) => ({ value, label: capitalize(value) }))}
          value={search.status ?? null}
          onChange={(value) => change({ status: (value ?? undefined) as typeof search.status })}
        />
        <Select
          label="Platform role"
          w={{ base: '100%', xs: 180 }}
          placeholder="Any or none"
          clearable
          data={platformRoles.map((value) => ({ value, label: capitalize(humanize(value)) }))}
          value={search.platform_role ?? null}
          onChange={(value) => change({ platform_role: (value ?? undefined) as typeof search.platform_role })}
        />
      </Group>
      <Loaded query={query} skeleton={<TableSkeleton rows={8} />}>
        {({ pages }) => {
          const people = pages.flatMap((page) => page.people)
          if (people.length === 0)
            return (
              <EmptyState icon={IconUserSearch} title="Nobody is like that">
                Look for another name, status or role.
              </EmptyState>
            )
          return (
            <div>
              <DataTable
                caption="People"
                columns={mayWrite ? [...columns, actions(actionsOf)] : columns}
                rows={people}
                rowKey={({ id }) => id}
                minWidth={320}
              />
              <LoadMore shown={people.length} noun="people" query={query} />
            </div>
          )
        }}
      </Loaded>
      {open?.kind === 'role' ? <PlatformRoleDialog person={open.person} onClose={close} /> : null}
      {open?.kind === 'disable' ? <DisablePerson person={open.person} onClose={close} /> : null}
      {open?.kind === 'enable' ? <EnablePerson person={open.person} onClose={close} /> : null}
    </Page>
  )
}

const columns: Column<Person>[] = [
  {
    id: 'who',
    header: 'Person',
    cell: ({ name, email }) => <PersonCell name={name} email={email} />,
  },
  {
    id: 'status',
    header: 'Account',
    cell: ({ status, platform_role: role }) => (
      <Group gap={6}>
        <AccountTag status={status} />
        <PlatformRoleTag role={role} />
      </Group>
    ),
  },
  {
    id: 'tenants',
    header: 'Belongs to',
    phone: false,
    cell: ({ tenants }) =>
      tenants.length === 0
        ? 'none'
        : tenants
            .map(({ name, role, status }) => `${name} (${status === 'active' ? role : `${role}, suspended`})`)
            .join(', '),
  },
  {
    id: 'seen',
    header: 'Last seen',
    phone: false,
    cell: ({ last_seen_at: at }) => (at ? <Moment value={at} /> : 'never'),
  },
]

const actions = (of: (person: Person) => RowAction[]): Column<Person> => ({
  id: 'actions',
  header: 'Actions',
  align: 'right',
  cell: (person) => <RowMenu of={person.name} actions={of(person)} />,
})
