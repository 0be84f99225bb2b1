import { formatCount } from '~/ui/format.ts'

/** `1 repository`, `12 repositories`. */
export const repositories = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'repository' : 'repositories'}`
