/** Streams: which repositories, Jira projects and services belong to whom. */
import { Button, Stack } from '@mantine/core'
import { IconArrowsSplit2, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DataTable } from '~/ui/data-table.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { streamsQuery } from '../queries.ts'
import { DeleteStream } from './delete-stream.tsx'
import { type Stream, streamColumns } from './stream-columns.tsx'
import { StreamForm } from './stream-form.tsx'
import { UnassignedPanel } from './unassigned-panel.tsx'

const route = getRouteApi('/streams')

/** `/streams`; the form's state is in the address. */
export function StreamsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(streamsQuery)
  const [doomed, setDoomed] = useState<Stream | null>(null)
  const columns = useMemo(
    () => streamColumns({ onEdit: ({ id }) => void navigate({ search: { edit: id } }), onDelete: setDoomed }),
    [navigate],
  )
  const close = () => void navigate({ search: {} })
  const edited = query.data?.streams.find(({ id }) => id === search.edit)
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => void navigate({ search: { new: '1' } })}>
      New stream
    </Button>
  )
  return (
    <Page
      title="Streams"
      lead="A delivery stream is a team or product; a tech stream is a platform or language across them."
      actions={create}
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ streams, unassigned_repositories: unassigned }) => (
          <Stack gap="md">
            {streams.length === 0 ? (
              <EmptyState icon={IconArrowsSplit2} title="No stream yet">
                Without streams, everything is measured together. Make one per team or product to compare each with its
                own past.
              </EmptyState>
            ) : (
              <DataTable caption="Streams" columns={columns} rows={streams} rowKey={({ id }) => id} />
            )}
            <UnassignedPanel
              repositories={unassigned}
              onFail={(repository) => void navigate({ search: { new: repository } })}
            />
            {search.new !== undefined || edited ? (
              <StreamForm
                key={edited?.id ?? search.new}
                stream={edited}
                repository={search.new?.includes('/') ? search.new : undefined}
                unassigned={unassigned}
                onClose={close}
              />
            ) : null}
          </Stack>
        )}
      </Loaded>
      {doomed ? <DeleteStream stream={doomed} onClose={() => setDoomed(null)} /> : null}
    </Page>
  )
}
