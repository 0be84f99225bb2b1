import { defineProblem } from '#kernel/errors/index.ts'

export const keyNotAccepted = defineProblem({
  slug: 'access/key-not-accepted',
  title: 'The API key is not accepted',
  status: 401,
  remedy:
    'Use the whole key as it was shown once, check that it is neither revoked nor expired under API Keys, or make a new one.',
})
