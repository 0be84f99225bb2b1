/** Notifications: who is told about alerts, and what they were told. */
import { Alert, Button, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { useAskedNew } from '~/ui/asked-new.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { Together } from '~/ui/together.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { ChannelSecret } from './channel-secret.tsx'
import { ChannelTable } from './channel-table.tsx'
import { NoChannels } from './no-channels.tsx'
import { channelsQuery, notificationsQuery } from './queries.ts'
import { RecentPanel } from './recent-panel.tsx'

const route = getRouteApi('/notifications')

/** `/notifications`. */
export function NotificationsPage() {
  const { state = 'all' } = route.useSearch()
  const channels = useQuery(channelsQuery)
  const recent = useInfiniteQuery(notificationsQuery({ state }))
  const mayWrite = useMay('notifications:write')
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  useAskedNew(() => {
    if (mayWrite) setMaking(true)
  })
  const skeleton = (
    <Stack gap="md">
      <TableSkeleton rows={4} />
      <TableSkeleton rows={8} />
    </Stack>
  )
  return (
    <Page
      title="Notifications"
      lead="Who is told when an alert is raised, gets worse, stays open or ends."
      actions={
        mayWrite ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            New channel
          </Button>
        ) : null
      }
    >
      <Together queries={[channels, recent]} skeleton={skeleton}>
        <Stack gap="md">
          <Loaded query={channels} skeleton={<TableSkeleton rows={4} />}>
            {({ channels: all, time_zone: timeZone, mail }) => (
              <Stack gap="md">
                {!mail && all.some(({ kind, enabled }) => kind === 'email' && enabled) ? (
                  <Alert color="yellow" variant="light" title="No mail server is configured">
                    Channels of the kind e-mail reach nobody. Set SMTP_URL and start daytwo again.
                  </Alert>
                ) : null}
                {all.length === 0 ? <NoChannels /> : <ChannelTable channels={all} timeZone={timeZone} />}
              </Stack>
            )}
          </Loaded>
          <RecentPanel query={recent} state={state} />
        </Stack>
      </Together>
      {making ? <ChannelDialog onSecret={setSecret} onClose={() => setMaking(false)} /> : null}
      {secret ? <ChannelSecret secret={secret} onClose={() => setSecret(null)} /> : null}
    </Page>
  )
}
