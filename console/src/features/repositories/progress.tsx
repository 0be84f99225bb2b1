/** How far connecting is, how it ended, and whether something comes in. */
import { Alert, Progress as Bar, Button, Group, Stack, Text } from '@mantine/core'
import { FirstEvent } from '~/features/operations/integrations/first-event.tsx'
import { plural } from '~/ui/format.ts'
import type { useConnecting } from './use-connecting.ts'
import { repositories } from './words.ts'

/** Nothing before something was asked for. */
export function Progress({ connecting }: { connecting: ReturnType<typeof useConnecting> }) {
  const { busy, results, wanted, since, wait, stop } = connecting
  if (since === null) return null
  const count = (...outcomes: string[]) =>
    [...results.values()].filter(({ outcome }) => outcomes.includes(outcome)).length
  const [connected, refused] = [count('connected', 'was_connected'), count('refused')]
  const left = wanted - connected - refused
  return (
    <Stack gap="sm">
      {busy ? (
        <Group wrap="nowrap">
          <Bar flex={1} value={(100 * results.size) / wanted} aria-label="Repositories done" />
          <Text size="sm">
            {results.size} of {wanted}
          </Text>
          <Button size="xs" variant="default" onClick={stop}>
            Stop
          </Button>
        </Group>
      ) : (
        <Text role="status" fw={500}>
          {repositories(connected)} connected
          {refused > 0 ? `, ${refused} refused` : ''}
          {left > 0 ? `, ${left} left` : ''}.
        </Text>
      )}
      {wait === null ? null : (
        <Alert color="yellow" variant="light" title="GitHub wants a pause">
          Its limit for this account is used up. Choose what is left again in {plural(Math.ceil(wait / 60), 'minute')}.
        </Alert>
      )}
      {connected > 0 ? <FirstEvent source="github" since={since} /> : null}
    </Stack>
  )
}
