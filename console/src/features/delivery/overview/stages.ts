/** The four stages of lead time. */
import type { z } from 'zod'
import type { leadTimeReply } from '#modules/delivery/dora/schemas.ts'

export type LeadTime = z.output<typeof leadTimeReply>

export const stageNames = ['coding', 'pickup', 'review', 'deploy'] as const

export const stageTitles: Record<(typeof stageNames)[number], string> = {
  coding: 'Coding',
  pickup: 'Pickup',
  review: 'Review',
  deploy: 'Merge to deploy',
}
