/** The strip above the page during a support access. */
import { Box, Button, Group, Text } from '@mantine/core'
import { IconLifebuoy } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { supportAccessList } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { formatDuration } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import { roleWords, useSession } from './session.tsx'
import { useLeaveTenant } from './switch-tenant.ts'

const supportAccessQuery = queryOptions({
  queryKey: ['support-access'],
  queryFn: ({ signal }) => call(supportAccessList, '/support-access', { signal }),
})

/** Seconds until then, as time passes. */
function useSecondsLeft(until: string | undefined): number | null {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000)
    return () => clearInterval(timer)
  }, [])
  return until === undefined ? null : Math.max(0, (Date.parse(until) - now) / 1000)
}

/** In which tenant, in which role, how long, and the end of it. */
export function SupportAccessBanner() {
  const { tenant, person } = useSession()
  const toast = useToast()
  const query = useQuery(supportAccessQuery)
  const mine = query.data?.support_accesses.find(({ open, person_id: whose }) => open && whose === person?.id)
  const leave = useLeaveTenant()
  const left = useSecondsLeft(mine?.until)
  const end = () =>
    call(z.unknown(), `/support-access/${mine!.id}`, { method: 'DELETE' })
      .then(leave)
      .catch((error) => toast(error instanceof ApiProblem ? error.message : 'The server does not answer.'))
  return (
    <Box
      component="section"
      aria-label="Support access"
      bg="var(--dt-medium-tint)"
      c="var(--dt-medium)"
      px={{ base: 'md', md: 'xl' }}
      py={6}
    >
      <Group gap="sm" justify="space-between" mih={30}>
        <Group gap="xs" wrap="nowrap" miw={0}>
          <IconLifebuoy size={18} stroke={1.6} aria-hidden style={{ flex: 'none' }} />
          <Text size="sm">
            You look into <b>{tenant?.name}</b> for support{tenant?.role ? `, as ${roleWords(tenant.role)}` : ''}
            {left === null ? '' : `; ${formatDuration(left)} left`}. Its members see this.
          </Text>
        </Group>
        <Button size="compact-sm" variant="default" disabled={!mine} onClick={() => void end()}>
          End it now
        </Button>
      </Group>
    </Box>
  )
}
