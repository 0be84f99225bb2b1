/** The dead letters of one work, and the three ways to requeue them. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconMoodSmile, IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { formatCount, humanize } from '~/ui/format.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { type Chosen, deadLettersQuery } from '../queries.ts'
import { deadLetterColumns } from './columns.tsx'
import { Groups } from './groups.tsx'
import { RequeueDialog } from './requeue-dialog.tsx'

const none: ReadonlySet<number> = new Set()

type DeadLettersProps = {
  work: string
  errorClass: string | undefined
  onFilter: (errorClass: string | undefined) => void
}

/** Groups, actions, list. */
export function DeadLetters({ work, errorClass, onFilter }: DeadLettersProps) {
  const mayRequeue = useMay('queue:write')
  const query = useInfiniteQuery(deadLettersQuery(work, { error_class: errorClass }))
  const [selected, setSelected] = useState(none)
  const [asked, setAsked] = useState<Chosen | null>(null)
  return (
    <>
      <Loaded query={query} skeleton={<TableSkeleton rows={10} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.dead_letters)
          const ids = rows.map(({ id }) => id)
          // What was selected and is meanwhile gone is no longer meant.
          const chosen = ids.filter((id) => selected.has(id))
          if (rows.length === 0) return <NoDeadLetters work={work} errorClass={errorClass} onFilter={onFilter} />
          return (
            <Stack gap="md">
              <Groups groups={pages[0]?.groups ?? []} selected={errorClass} onSelect={onFilter} />
              {mayRequeue ? (
                <Actions chosen={chosen} errorClass={errorClass} onAsk={setAsked} />
              ) : (
                <Text size="sm" c="dimmed">
                  You may look, but not requeue: that needs the permission queue:write.
                </Text>
              )}
              <div>
                <DataTable
                  caption={`Dead letters of ${work}`}
                  columns={deadLetterColumns(
                    work,
                    mayRequeue ? { selected: new Set(chosen), ids, onSelect: setSelected } : null,
                  )}
                  rows={rows}
                  rowKey={({ id }) => String(id)}
                  minWidth={320}
                />
                <LoadMore shown={rows.length} noun="dead letters" query={query} />
              </div>
            </Stack>
          )
        }}
      </Loaded>
      {asked ? (
        <RequeueDialog work={work} chosen={asked} onDone={() => setSelected(none)} onClose={() => setAsked(null)} />
      ) : null}
    </>
  )
}

type ActionsProps = {
  chosen: readonly number[]
  errorClass: string | undefined
  onAsk: (chosen: Chosen) => void
}

const mostAtOnce = 1000

const Actions = ({ chosen, errorClass, onAsk }: ActionsProps) => (
  <Group gap="xs" role="group" aria-label="Requeue">
    <Button
      leftSection={<IconRefresh size={16} />}
      disabled={chosen.length === 0 || chosen.length > mostAtOnce}
      onClick={() => onAsk({ ids: [...chosen] })}
    >
      Requeue selected{chosen.length > 0 ? ` (${formatCount(chosen.length)})` : ''}
    </Button>
    {errorClass === undefined ? null : (
      <Button variant="default" onClick={() => onAsk({ filter: { error_class: errorClass } })}>
        Requeue all of {humanize(errorClass)}
      </Button>
    )}
    <Button variant="default" onClick={() => onAsk({ all: true })}>
      Requeue all
    </Button>
  </Group>
)

const NoDeadLetters = ({ work, errorClass, onFilter }: DeadLettersProps) => (
  <EmptyState
    icon={IconMoodSmile}
    title={errorClass ? `No dead letter of class ${humanize(errorClass)}` : `No dead letter of ${work}`}
    actions={
      errorClass ? (
        <Button variant="default" onClick={() => onFilter(undefined)}>
          Show all kinds
        </Button>
      ) : (
        <ButtonLink to="/operations" variant="default">
          To operations
        </ButtonLink>
      )
    }
  >
    {errorClass ? 'They were requeued, or another kind is meant.' : 'Everything was done, or is still being tried.'}
  </EmptyState>
)
