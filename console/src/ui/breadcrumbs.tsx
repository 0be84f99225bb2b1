/** Where a page stands, above its title. */
import { Box, Text } from '@mantine/core'
import { createContext, Fragment, type ReactNode, useContext } from 'react'
import { TextLink } from './link.tsx'

type Trail = {
  /** From the outside in: a group of pages, then the page of the list where the current one is about something in it. */
  readonly steps: readonly { readonly label: string; readonly to?: string }[]
  /** What the navigation calls the current page; null for one that is not in it, which goes by its title. */
  readonly here: string | null
}

/** Given by the console's frame, which knows the navigation. */
export const TrailContext = createContext<Trail>({ steps: [], here: null })

/** The steps that lead to the page, and the page; `back` stands for the last step. */
export function Breadcrumbs({ title, back }: { title: string; back?: ReactNode }) {
  const { steps, here } = useContext(TrailContext)
  if (steps.length === 0) return null
  return (
    <Box component="nav" aria-label="Breadcrumbs" mb={4} fz="sm" c="dimmed" data-marked-links>
      {steps.map(({ label, to }, index) => (
        <Fragment key={label}>
          {to === undefined ? (
            label
          ) : back && index === steps.length - 1 ? (
            back
          ) : (
            <TextLink to={to as '/'}>{label}</TextLink>
          )}
          <Text span inherit mx={6} aria-hidden>
            ›
          </Text>
        </Fragment>
      ))}
      <Text span inherit aria-current="page">
        {here ?? title}
      </Text>
    </Box>
  )
}
