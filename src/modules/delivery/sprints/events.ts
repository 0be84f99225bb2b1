/** What sprints tell other modules. */
import { z } from 'zod'
import { defineEvent } from '#kernel/events/index.ts'

/** A sprint's start or close was frozen, or frozen anew because facts of before came late. */
export const snapshotTaken = defineEvent({
  name: 'sprints.snapshot-taken',
  summary: 'Snapshots of these sprints were taken: a first revision, or a new one because facts of before came late.',
  payload: z.object({
    sprints: z.array(z.object({ sprint: z.number(), kind: z.enum(['start', 'close']), revision: z.number() })),
  }),
})
