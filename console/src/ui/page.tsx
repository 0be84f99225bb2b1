/** The frame of every page: document title, where one is, one heading that takes the focus after navigation, content. */
import { Box, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useRef } from 'react'
import { useAnnounced } from './announce.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'

type PageProps = {
  title: string
  /** One sentence under the title, or small facts about the thing shown. */
  lead?: ReactNode
  /** The way back to the list where it is more than the list's address, for example with a filter. */
  back?: ReactNode
  /** Buttons on the right of the title. */
  actions?: ReactNode
  children: ReactNode
}

/** A page; `title` is also the document's title. */
export function Page({ title, lead, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useAnnounced(heading)
  return (
    <Stack gap="lg">
      <title>{`${title} · daytwo`}</title>
      <Box>
        <Breadcrumbs title={title} back={back} />
        <Group justify="space-between" align="flex-end" gap="md">
          <Box maw={760}>
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {lead ? (
              <Text c="dimmed" mt={4} component="div">
                {lead}
              </Text>
            ) : null}
          </Box>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </Group>
      </Box>
      {children}
    </Stack>
  )
}
