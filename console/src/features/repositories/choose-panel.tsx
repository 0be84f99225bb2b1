/** The repositories that the account sees: search, choose, connect. */
import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core'
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useAttempt } from '~/ui/attempt.ts'
import { DataTable } from '~/ui/data-table.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { formatCount } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Panel } from '~/ui/panel.tsx'
import { SearchField } from '~/ui/search-field.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { Moment } from '~/ui/time.tsx'
import { NamedRepository } from './named-repository.tsx'
import { Progress } from './progress.tsx'
import {
  type Authorization,
  endAuthorization,
  gitHubQuery,
  type Repository,
  type RepositoryPage,
  repositoriesQuery,
} from './queries.ts'
import { mayChoose, repositoryColumns } from './repository-columns.tsx'
import { useConnecting } from './use-connecting.ts'
import { repositories } from './words.ts'

/** Rows shown at first, and more with each press: who has many searches. */
const rowsAtOnce = 25

/** The first page of what the account sees, and the others after it. */
export function useRepositories(authorizationId: string): UseInfiniteQueryResult<InfiniteData<RepositoryPage>> {
  const query = useInfiniteQuery(repositoriesQuery(authorizationId))
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return query
}

type ChoosePanelProps = { authorization: Authorization; query: ReturnType<typeof useRepositories> }

/** Lives as long as its authorization. */
export function ChoosePanel({ authorization, query }: ChoosePanelProps) {
  const [named, setNamed] = useState<readonly Repository[]>([])
  const all = [...named, ...(query.data?.pages.flatMap((page) => page.repositories) ?? [])]
  return (
    <Panel
      title="2. Choose repositories"
      note={
        <>
          As {authorization.login} at GitHub; this ends <Moment value={authorization.expires_at} />
        </>
      }
      action={<EndButton id={authorization.id} />}
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={6} />}>
        {({ pages }) => (
          <Stack gap="md">
            {pages.some(({ incomplete }) => incomplete) ? (
              <Alert color="yellow" variant="light" title="Not all are here">
                An organisation with single sign-on left its repositories out. End this, begin again, and authorise the
                organisation at GitHub when it asks.
              </Alert>
            ) : null}
            <Choice all={all} authorization={authorization} reading={query.hasNextPage} />
            <NamedRepository
              known={all}
              seesPrivate={authorization.private}
              onAdd={(repository) => setNamed((before) => [repository, ...before])}
            />
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}

type ChoiceProps = { all: readonly Repository[]; authorization: Authorization; reading: boolean }

function Choice({ all, authorization, reading }: ChoiceProps) {
  const [search, setSearch] = useState<string>()
  const [most, setMost] = useState(rowsAtOnce)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const connecting = useConnecting(authorization.id)
  const { busy, results } = connecting
  const found = all.filter(({ repository }) => repository.toLowerCase().includes((search ?? '').toLowerCase()))
  const isConnected = ({ repository, connected }: Repository) =>
    connected || /connected/.test(results.get(repository)?.outcome ?? '')
  const open = found.filter((one) => mayChoose(one) && !isConnected(one))
  const wanted = all.filter((one) => chosen.has(one.repository) && mayChoose(one)).map(({ repository }) => repository)
  const toggle = (name: string) =>
    setChosen((before) =>
      before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name]),
    )
  const start = async () => {
    await connecting.start(wanted)
    setChosen(new Set())
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" gap="sm">
        <SearchField label="Search" placeholder="owner/name" value={search} onChange={setSearch} />
        <Group gap="xs">
          <Button
            variant="default"
            disabled={open.length === 0 || busy}
            onClick={() => setChosen(new Set([...chosen, ...open.map(({ repository }) => repository)]))}
          >
            Choose all {formatCount(open.length)}
          </Button>
          <Button disabled={wanted.length === 0} loading={busy} onClick={() => void start()}>
            {wanted.length === 0 ? 'Connect' : `Connect ${repositories(wanted.length)}`}
          </Button>
        </Group>
      </Group>
      <FormFailure error={connecting.failure} />
      <Progress connecting={connecting} />
      {found.length === 0 ? (
        <Text c="dimmed" py="md">
          {all.length === 0
            ? 'GitHub shows this account no repository. A private one can be named below.'
            : 'No repository has this in its name.'}
        </Text>
      ) : (
        <DataTable
          bare
          caption="Repositories at GitHub"
          columns={repositoryColumns({ chosen, busy, toggle, results, isConnected })}
          rows={found.slice(0, most)}
          rowKey={({ repository }) => repository}
          minWidth={300}
        />
      )}
      {found.length > most ? (
        <Group gap="sm">
          <Button size="xs" variant="default" onClick={() => setMost(most + rowsAtOnce)}>
            Show more
          </Button>
          <Text size="sm" c="dimmed">
            {most} of {formatCount(found.length)}
          </Text>
        </Group>
      ) : null}
      <Group gap="xs" role="status" mih={24}>
        {reading ? <Loader type="dots" size="sm" /> : null}
        <Text size="sm" c="dimmed">
          {reading ? `Reading from GitHub: ${formatCount(all.length)} so far` : `${formatCount(all.length)} in all`}
        </Text>
      </Group>
    </Stack>
  )
}

function EndButton({ id }: { id: string }) {
  const queryClient = useQueryClient()
  const { attempt } = useAttempt()
  const end = () =>
    attempt(async () => {
      await endAuthorization(id)
      await queryClient.invalidateQueries({ queryKey: gitHubQuery.queryKey })
      return 'What you allowed was given back to GitHub'
    })
  return (
    <Button variant="default" size="xs" onClick={() => void end()}>
      I am done
    </Button>
  )
}
