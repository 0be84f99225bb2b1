/** What opens the menus of the side bar: a picture, two lines, an arrow. */
import { Box, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import type { ComponentProps, ReactNode } from 'react'

type MenuButtonProps = { what: string; picture: ReactNode; title: string; note: string } & ComponentProps<'button'>

/** A button over the whole width; Mantine's menu gives it its ARIA properties. */
export const MenuButton = ({ what, picture, title, note, ...button }: MenuButtonProps) => (
  <UnstyledButton
    {...button}
    w="100%"
    px="sm"
    py={6}
    bdrs="sm"
    data-menu-button
    display="flex"
    ta="left"
    style={{ alignItems: 'center', gap: 10 }}
  >
    {picture}
    <Box flex={1} miw={0}>
      <Text size="sm" fw={500} truncate>
        <VisuallyHidden>{what}: </VisuallyHidden>
        {title}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {note}
      </Text>
    </Box>
    <IconSelector size={16} stroke={1.6} aria-hidden />
  </UnstyledButton>
)
