/** `/account`: who one is here, and what proves it. */
import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Page } from '~/ui/page.tsx'
import { AppPanel } from './app-panel.tsx'
import { ConfirmedProvider } from './confirm-yourself.tsx'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProfilePanel } from './profile-panel.tsx'
import { secondFactorsQuery } from './queries.ts'
import { RecoveryPanel } from './recovery-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

/** Name and password, second factors, sessions. */
export function AccountPage() {
  const factors = useQuery(secondFactorsQuery)
  return (
    <Page title="Account" lead="Yours in every tenant you belong to.">
      <ConfirmedProvider>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <ProfilePanel />
            <PasswordPanel />
            <AppPanel query={factors} />
            <RecoveryPanel query={factors} />
          </SimpleGrid>
          <PasskeysPanel query={factors} />
          <SessionsPanel />
        </Stack>
      </ConfirmedProvider>
    </Page>
  )
}
