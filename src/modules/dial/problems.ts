import { defineProblem } from '#kernel/errors/index.ts'

export const allowanceInvalid = defineProblem({
  slug: 'dial/allowance-invalid',
  title: 'This cannot be allowed',
  status: 422,
  remedy:
    'Give a network like 10.20.0.0/16, an address or a host name, each with or without a port. Metadata services are never opened.',
})
