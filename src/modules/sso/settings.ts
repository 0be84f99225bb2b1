import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const linkVerifiedEmail = defineSetting({
  name: 'sso.link_verified_email',
  summary:
    'Someone who signs in elsewhere for the first time becomes the person here who has the same e-mail address, when the provider vouches for it. Off: only people who are new here, or joined before, get in; who was invited and never signed in is new.',
  schema: z.boolean(),
  default: true,
  scope: 'platform',
})
