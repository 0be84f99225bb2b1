/** A tenant's plan and the modules it may use. */
import { Checkbox, Group, Select, Switch } from '@mantine/core'
import { plans, tenantModules } from '#modules/tenants/schemas.ts'
import { capitalize } from '~/ui/format.ts'

export type PlanValues = {
  plan: (typeof plans)[number]
  /** Null: what the plan presets. */
  modules: readonly string[] | null
}

type PlanFieldsProps = {
  value: PlanValues
  /** That of the form around it. */
  set: {
    (field: 'plan', to: PlanValues['plan']): void
    (field: 'modules', to: PlanValues['modules']): void
  }
  error: (field: 'plan' | 'modules') => string | undefined
}

export const PlanFields = ({ value: { plan, modules }, set, error }: PlanFieldsProps) => (
  <>
    <Select
      label="Plan"
      data={plans.map((name) => ({ value: name, label: capitalize(name) }))}
      allowDeselect={false}
      value={plan}
      onChange={(next) => set('plan', (next ?? plan) as PlanValues['plan'])}
      error={error('plan')}
      data-autofocus
    />
    <Switch
      label="The modules that the plan presets"
      checked={modules === null}
      onChange={(event) => set('modules', event.currentTarget.checked ? null : [...tenantModules])}
    />
    {modules === null ? null : (
      <Checkbox.Group
        label="Modules"
        value={[...modules]}
        onChange={(next) => set('modules', next)}
        error={error('modules')}
      >
        <Group gap="md" mt={6}>
          {tenantModules.map((name) => (
            <Checkbox key={name} value={name} label={capitalize(name)} />
          ))}
        </Group>
      </Checkbox.Group>
    )}
  </>
)
