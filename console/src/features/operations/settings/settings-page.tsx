/** Settings: thresholds, windows and lengths of keeping, by module; each changed or set back on its own. */
import { Stack, Text } from '@mantine/core'
import { IconAdjustmentsOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Together } from '~/ui/together.tsx'
import { type Setting, settingsQuery } from '../queries.ts'
import { OrganisationPanel, ownTenantQuery } from './organisation-panel.tsx'
import { SettingDialog } from './setting-dialog.tsx'
import { SettingsTable } from './settings-table.tsx'

const moduleOf = ({ name }: Setting) => name.split('.')[0]!

/** `/settings`. */
export function SettingsPage() {
  const query = useQuery(settingsQuery)
  const mayWrite = useMay('settings:write')
  const maySeeOrganisation = useMay('members:read')
  const own = useQuery({ ...ownTenantQuery, enabled: maySeeOrganisation })
  const [open, setOpen] = useState<Setting | null>(null)
  return (
    <Page
      title="Settings"
      lead="What may be changed while daytwo runs. It takes effect at once; every change is audited."
    >
      <Together queries={maySeeOrganisation ? [own, query] : [query]} skeleton={<TableSkeleton rows={14} />}>
        <Stack gap="lg">
          {maySeeOrganisation ? <OrganisationPanel /> : null}
          <Loaded query={query} skeleton={null}>
            {({ settings }) =>
              settings.length === 0 ? (
                <EmptyState icon={IconAdjustmentsOff} title="Nothing can be changed">
                  No module declares a setting.
                </EmptyState>
              ) : (
                <Stack gap="md">
                  {mayWrite ? null : (
                    <Text size="sm" c="dimmed">
                      You may look, but not change: that needs the permission settings:write.
                    </Text>
                  )}
                  {[...Map.groupBy(settings, moduleOf)].map(([module, own]) => (
                    <Panel key={module} title={capitalize(humanize(module))}>
                      <SettingsTable module={module} settings={own} onChange={mayWrite ? setOpen : undefined} />
                    </Panel>
                  ))}
                </Stack>
              )
            }
          </Loaded>
        </Stack>
      </Together>
      {open ? <SettingDialog setting={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}
