import type { z } from 'zod'
import type { deploymentReply } from '#modules/delivery/facts/schemas.ts'

/** One change of a deployment. */
export type Change = z.output<typeof deploymentReply>['changes_list'][number]
