/** The way from a number to its receipt. */
import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core'
import { IconReceipt2 } from '@tabler/icons-react'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps, Ref } from 'react'

type ReceiptLinkProps = ActionIconProps & { label: string; ref?: Ref<HTMLAnchorElement> } & Omit<
    ComponentProps<'a'>,
    keyof ActionIconProps
  >

/** An icon that leads to the receipt; `label` names the number. */
export const ReceiptLink = createLink(({ label, ...props }: ReceiptLinkProps) => (
  <Tooltip label="Receipt">
    <ActionIcon component="a" variant="subtle" color="gray" c="dimmed" size="sm" aria-label={label} {...props}>
      <IconReceipt2 size={17} stroke={1.6} aria-hidden />
    </ActionIcon>
  </Tooltip>
))
