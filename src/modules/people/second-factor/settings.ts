import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const requireSecondFactor = defineSetting({
  name: 'access.require_second_factor',
  summary:
    'Who must have a second factor: `nobody`, those with a role of the `platform`, or `everyone`. Without one they can sign in, and do nothing but add one.',
  schema: z.enum(['nobody', 'platform', 'everyone']),
  default: 'nobody',
  scope: 'platform',
})
