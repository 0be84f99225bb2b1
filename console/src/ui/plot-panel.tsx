/** A panel whose plot can be read as a table. */
import { ActionIcon, Box, Text, Tooltip } from '@mantine/core'
import { IconChartLine, IconTable } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Panel, type PanelProps } from './panel.tsx'

type PlotPanelProps = Omit<PanelProps, 'action' | 'children'> & {
  height: number
  plot: ReactNode
  /** The same figures as a table. */
  table: ReactNode
  /** Shown instead of an empty plot. */
  empty?: string | undefined
}

/** A plot with its table behind it, both of one height. */
export function PlotPanel({ height, plot, table, empty, ...panel }: PlotPanelProps) {
  const [asTable, setAsTable] = useState(false)
  const label = asTable ? `Show ${panel.title} as a plot` : `Show ${panel.title} as a table`
  const toggle = (
    <Tooltip label={asTable ? 'Show as a plot' : 'Show as a table'}>
      <ActionIcon variant="subtle" c="dimmed" color="gray" aria-label={label} onClick={() => setAsTable(!asTable)}>
        {asTable ? <IconChartLine size={18} /> : <IconTable size={18} />}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <Panel {...panel} action={empty ? undefined : toggle}>
      <Box h={height} style={{ overflow: asTable ? 'auto' : 'visible' }}>
        {empty ? (
          <Text
            c="dimmed"
            h="100%"
            display="flex"
            ta="center"
            style={{ alignItems: 'center', justifyContent: 'center' }}
          >
            {empty}
          </Text>
        ) : asTable ? (
          table
        ) : (
          plot
        )}
      </Box>
    </Panel>
  )
}
