/** Text as it came, in a panel that scrolls inside itself and can be copied. */
import { Code, ScrollArea } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyAction } from './copy.tsx'
import { Panel } from './panel.tsx'

type RawTextProps = {
  title: string
  note?: ReactNode
  /** What is shown, for example indented. */
  text: string
  /** What is copied: the same bytes as came in. */
  raw: string
}

/** A titled block of text; `title` in small letters names what is copied. */
export const RawText = ({ title, note, text, raw }: RawTextProps) => (
  <Panel title={title} note={note} action={<CopyAction value={raw} label={title.toLowerCase()} />}>
    <ScrollArea.Autosize mah={640} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': title, role: 'group' }}>
      <Code block fz="sm">
        {text}
      </Code>
    </ScrollArea.Autosize>
  </Panel>
)
