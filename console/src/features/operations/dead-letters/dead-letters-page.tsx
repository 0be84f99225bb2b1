/** Rows that were given up: which work, which error, and the way back into the queue. */
import { NativeSelect, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { eventWork } from '~/features/queue/queries.ts'
import { formatCount } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { workQuery } from '../queries.ts'
import { DeadLetters } from './dead-letters.tsx'

const route = getRouteApi('/dead-letters')

/** `/dead-letters`. */
export function DeadLettersPage() {
  const { work: asked, error_class: errorClass } = route.useSearch()
  const navigate = route.useNavigate()
  const works = useQuery(workQuery)
  return (
    <Page
      title="Dead letters"
      lead="What could not be done after all attempts waits here for a person. Nothing is lost: mend the cause, then requeue it."
    >
      <Loaded query={works} skeleton={<TableSkeleton rows={10} />}>
        {({ work: all }) => {
          const work = asked ?? all.find(({ dead_lettered: dead }) => dead > 0)?.name ?? all[0]?.name ?? eventWork
          const known = all.some(({ name }) => name === work)
          return (
            <Stack gap="md">
              <NativeSelect
                label="Work"
                w={{ base: '100%', xs: 320 }}
                value={work}
                onChange={(event) => void navigate({ search: { work: event.currentTarget.value } })}
                data={[
                  ...all.map(({ name, dead_lettered: dead }) => ({
                    value: name,
                    label: `${name} (${formatCount(dead)})`,
                  })),
                  ...(known ? [] : [{ value: work, label: work }]),
                ]}
              />
              <DeadLetters
                key={`${work} ${errorClass ?? ''}`}
                work={work}
                errorClass={errorClass}
                onFilter={(next) => void navigate({ search: { work, error_class: next }, resetScroll: false })}
              />
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}
