/** The recovery codes, this once. */
import { Button, Code, Group, SimpleGrid, Text } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { SecretOnce } from '~/ui/secret-once.tsx'

/** As lines to copy or a file to keep. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [kept, setKept] = useState<string | null>(null)
  const text = codes.join('\n')
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setKept('Copied.'))
      .catch(() => setKept('This browser does not let the page copy; download them or write them down.'))
  return (
    <SecretOnce
      title="Your recovery codes"
      lead="Each lets you in once when the app or the passkey is not at hand. They are shown this once: keep them where you keep passwords."
      closing="I have them"
      onClose={onClose}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} verticalSpacing={6}>
        {codes.map((code) => (
          <Code key={code} fz="sm" py={6} ta="center">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <Button variant="default" leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
          Copy all
        </Button>
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={16} />}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`daytwo recovery codes of ${location.host}\n\n${text}\n`)}`}
          download="daytwo-recovery-codes.txt"
          onClick={() => setKept('Downloaded.')}
        >
          Download
        </Button>
      </Group>
      <Text size="sm" c="dimmed" role="status" mih={20}>
        {kept}
      </Text>
    </SecretOnce>
  )
}
