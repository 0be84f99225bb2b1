/** Connecting repositories of GitHub: agree there, choose here, and see the first event come in. */
import { Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { ButtonLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Together } from '~/ui/together.tsx'
import { takeAnswer } from './answer.ts'
import { BeginPanel } from './begin-panel.tsx'
import { ChoosePanel, useRepositories } from './choose-panel.tsx'
import { ConnectedPanel } from './connected-panel.tsx'
import { NotReady, notReady } from './not-ready.tsx'
import { type Authorization, type Connected, finish, gitHubQuery } from './queries.ts'

/** `/integrations/github`. */
export function GitHubPage() {
  const query = useQuery(gitHubQuery)
  const mayWrite = useMay('connections:write')
  const { arriving, failure } = useAnswer()
  return (
    <Page
      title="Connect repositories"
      lead="Choose repositories of GitHub; daytwo makes their webhooks, with address and secret."
      actions={
        <ButtonLink to="/connect" variant="default">
          By hand
        </ButtonLink>
      }
    >
      <Loaded
        query={arriving ? { ...query, data: undefined } : query}
        skeleton={<PanelsSkeleton count={1} height={320} cols={{ base: 1 }} />}
      >
        {(github) =>
          github.authorization && mayWrite && !notReady(github) ? (
            <Choosing
              key={github.authorization.id}
              authorization={github.authorization}
              connected={github.repositories}
            >
              <FormFailure error={failure} />
            </Choosing>
          ) : (
            <Stack gap="md">
              <FormFailure error={failure} />
              {notReady(github) ? <NotReady github={github} /> : mayWrite ? <BeginPanel /> : null}
              <ConnectedPanel repositories={github.repositories} authorizationId={null} />
            </Stack>
          )
        }
      </Loaded>
    </Page>
  )
}

type ChoosingProps = { authorization: Authorization; connected: readonly Connected[]; children: ReactNode }

/** What may be chosen stands above what is connected, and GitHub takes its time. */
function Choosing({ authorization, connected, children }: ChoosingProps) {
  const query = useRepositories(authorization.id)
  return (
    <Together queries={[query]} skeleton={<PanelsSkeleton count={2} height={320} cols={{ base: 1 }} />}>
      <Stack gap="md">
        {children}
        <ChoosePanel authorization={authorization} query={query} />
        <ConnectedPanel repositories={connected} authorizationId={authorization.id} />
      </Stack>
    </Together>
  )
}

/** Who comes back from GitHub brings its answer; it is worth an authorization once. */
function useAnswer() {
  const queryClient = useQueryClient()
  const [answer] = useState(takeAnswer)
  const [state, setState] = useState({ arriving: answer !== null, failure: null as unknown })
  useEffect(() => {
    if (answer === null) return
    finish(answer)
      .then(() => null)
      .catch((error: unknown) => error)
      .then(async (failure) => {
        await queryClient.invalidateQueries({ queryKey: gitHubQuery.queryKey })
        setState({ arriving: false, failure })
      })
  }, [answer, queryClient])
  return state
}
