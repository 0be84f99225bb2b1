/** The recovery codes, this once. */
import { Button, Code, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'

/** Shows codes that cannot be shown again; only its button closes it. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [kept, setKept] = useState<string | null>(null)
  const text = codes.join('\n')
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setKept('Copied.'))
      .catch(() => setKept('This browser does not let the page copy; download them or write them down.'))
  return (
    <Modal
      opened
      onClose={onClose}
      title="Your recovery codes"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Text>
          Each lets you in once when the app or the passkey is not at hand. They are shown this once: keep them where
          you keep passwords.
        </Text>
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
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            I have them
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
