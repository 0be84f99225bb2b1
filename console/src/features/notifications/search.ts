/** What the page of notifications keeps in its address. */
import { z } from 'zod'
import { notificationQuery } from '#modules/notifications/schemas.ts'

export const stateChoices = notificationQuery.shape.state.unwrap().options
export const notificationsSearch = z.object({ state: z.enum(stateChoices).optional().catch(undefined) })
