/** What is asked of GitHub, and the way there. */
import { Button, List, Radio, Stack, Text } from '@mantine/core'
import { IconBrandGithub } from '@tabler/icons-react'
import { useState } from 'react'
import { FormFailure } from '~/ui/form-failure.tsx'
import { Panel } from '~/ui/panel.tsx'
import { begin } from './queries.ts'

/** Leaves the console for GitHub. */
export function BeginPanel() {
  const [rights, setRights] = useState('hooks')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const go = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const { url } = await begin(rights === 'all')
      globalThis.location.assign(url)
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  return (
    <Panel title="1. Let daytwo in at GitHub" note="As somebody who administers the repositories">
      <Stack gap="md" maw={720}>
        <Radio.Group label="What daytwo may do" value={rights} onChange={setRights}>
          <Stack gap="sm" mt={6}>
            <Radio
              value="hooks"
              label="Make webhooks"
              description="Lists public repositories. Private ones can be connected too, by typing their names. Enough for most."
            />
            <Radio
              value="all"
              label="Make webhooks, and list private repositories"
              description="GitHub has no narrower right for the list than full control of repositories. daytwo uses it for the list and for webhooks only."
            />
          </Stack>
        </Radio.Group>
        <List size="sm" c="dimmed" spacing={4}>
          <List.Item>
            What you allow is kept encrypted, for you alone and for an hour at most; then it is given back.
          </List.Item>
          <List.Item>The webhooks stay, and go on without it.</List.Item>
        </List>
        <FormFailure error={failure} />
        <div>
          <Button leftSection={<IconBrandGithub size={18} />} loading={busy} onClick={() => void go()}>
            Continue at GitHub
          </Button>
        </div>
        <Text size="sm" c="dimmed">
          Organisations may have to approve daytwo first; GitHub asks their owners.
        </Text>
      </Stack>
    </Panel>
  )
}
