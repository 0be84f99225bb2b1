/** The router's link in Mantine's clothes: typed addresses, preloading, focus ring. */
import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps, Ref } from 'react'

type WithRef<Props> = Props & { ref?: Ref<HTMLAnchorElement> } & Omit<ComponentProps<'a'>, keyof Props>

/** Text that leads to another page. */
export const TextLink = createLink((props: WithRef<AnchorProps>) => <Anchor inherit {...props} />)

/** A button that leads to another page. */
export const ButtonLink = createLink((props: WithRef<ButtonProps>) => <Button component="a" {...props} />)

/** An entry of the navigation. */
export const NavigationLink = createLink((props: WithRef<NavLinkProps>) => <NavLink component="a" {...props} />)
