import { defineProblem } from '#kernel/errors/index.ts'

export const alreadyResolved = defineProblem({
  slug: 'alerts/already-resolved',
  title: 'The alert is resolved already',
  status: 409,
  remedy: 'Nothing needs to be done. If it is found again it is reopened, and can be acknowledged then.',
})
