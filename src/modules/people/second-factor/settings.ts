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

export const trustProviderFactor = defineSetting({
  name: 'access.trust_provider_second_factor',
  summary:
    'Whether a second factor that the identity provider says it asked for (`amr` with `mfa`) satisfies `access.require_second_factor`. Off: people add one here all the same.',
  schema: z.boolean(),
  default: false,
  scope: 'platform',
})
