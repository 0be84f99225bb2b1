/** A mail's text as it is, with its links as links. */
import { Anchor, Text } from '@mantine/core'
import { CopyAction } from '~/ui/copy.tsx'
import { Panel } from '~/ui/panel.tsx'

const address = /(https?:\/\/[^\s<>"]+)/

/** Splits at addresses; those of this console open here. */
export const MailText = ({ text }: { text: string }) => (
  <Panel title="Text" action={<CopyAction value={text} label="text" />}>
    <Text ff="monospace" size="sm" component="div" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text.split(address).map((part) =>
        address.test(part) ? (
          <Anchor key={part} href={part} inherit underline="always">
            {part}
          </Anchor>
        ) : (
          part
        ),
      )}
    </Text>
  </Panel>
)
