/** The frame of every page outside the console: the name, one heading, one small form in the middle. */
import { Box, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useRef } from 'react'
import { Wordmark } from '~/app/wordmark.tsx'
import { useAnnounced } from '~/ui/announce.ts'

type AuthFrameProps = {
  title: string
  lead?: ReactNode
  children?: ReactNode
  /** A quiet line below the panel: the other way. */
  below?: ReactNode
}

/** A panel that stays where it is when its content grows: it hangs from a fixed height instead of being centred. */
export function AuthFrame({ title, lead, children, below }: AuthFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useAnnounced(heading, title)
  return (
    <Box component="main" mih="100dvh" px="md" pt={{ base: 'xl', xs: 'max(12dvh, 32px)' }} pb="xl">
      <title>{`${title} · daytwo`}</title>
      <Stack w="100%" maw={416} mx="auto" gap="lg">
        <Center>
          <Wordmark />
        </Center>
        <Paper p={{ base: 'lg', xs: 'xl' }}>
          <Stack gap="lg">
            <Box>
              <Title order={1} fz="h2" ref={heading} tabIndex={-1}>
                {title}
              </Title>
              {lead ? (
                <Text c="dimmed" mt={4} component="div" data-marked-links>
                  {lead}
                </Text>
              ) : null}
            </Box>
            {children}
          </Stack>
        </Paper>
        {below ? (
          <Text size="sm" c="dimmed" ta="center" component="div" data-marked-links>
            {below}
          </Text>
        ) : null}
      </Stack>
    </Box>
  )
}
