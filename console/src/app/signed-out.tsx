/** How to get in: the server's own shell makes a one-time address. */
import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { CopyLine } from '~/ui/copy.tsx'
import { sessionKey } from './query-client.ts'
import { Wordmark } from './wordmark.tsx'

/** The page of whoever is not signed in. */
export function SignedOut() {
  const queryClient = useQueryClient()
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>Sign in · daytwo</title>
      <Paper p="xl" maw={480} w="100%">
        <Stack>
          <Wordmark />
          <Title order={1} mt="sm">
            You are not signed in
          </Title>
          <Text>
            Open a one-time set-up address to sign in. The first start prints one; on the machine daytwo runs on, this
            prints a new one:
          </Text>
          <CopyLine value="bin/daytwo setup:url" label="command" />
          <Text c="dimmed" size="sm">
            It works once and for a short time. Open it in this browser.
          </Text>
          <Button mt="xs" onClick={() => void queryClient.invalidateQueries({ queryKey: sessionKey })}>
            I have opened it
          </Button>
        </Stack>
      </Paper>
    </Center>
  )
}
