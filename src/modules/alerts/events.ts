import { z } from 'zod'
import { defineEvent } from '#kernel/events/index.ts'
import { alertSeverities, alertSteps, alertViewers } from './schemas.ts'

/** Said for each step of an alert's life, in the transaction that makes it. */
export const alertsChanged = defineEvent({
  name: 'alerts.changed',
  summary: 'An alert was raised, acknowledged, resolved or reopened, or its severity changed',
  payload: z.object({
    alertId: z.string(),
    what: z.enum(alertSteps),
    condition: z.string(),
    subject: z.string(),
    severity: z.enum(alertSeverities),
    visibleTo: z.enum(alertViewers),
    detail: z.string(),
  }),
})
