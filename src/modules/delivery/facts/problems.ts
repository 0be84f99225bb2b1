import { defineProblem } from '#kernel/errors/index.ts'

export const streamExists = defineProblem({
  slug: 'delivery/stream-exists',
  title: 'A stream with this id exists',
  status: 409,
  remedy: 'Choose another id, or change the stream that has it.',
})
