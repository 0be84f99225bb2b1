import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const lateStartHours = defineSetting({
  name: 'sprints.late_start_hours',
  summary: 'A start of a sprint heard more hours after it than this marks the sprint as reconstructed',
  schema: z.int().min(1).max(720),
  default: 6,
})
