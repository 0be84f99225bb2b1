import { defineProblem } from '#kernel/errors/index.ts'

export const notConfigured = defineProblem({
  slug: 'repositories/not-configured',
  title: 'This instance is not known to GitHub as an application',
  status: 409,
  remedy:
    'Whoever runs the installation registers an OAuth app at GitHub with the callback `<API_BASE_URL>/auth/github/callback`, sets GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET and starts daytwo again. Until then connect by hand, on the page Connect.',
})

export const unreachableAddress = defineProblem({
  slug: 'repositories/unreachable-address',
  title: 'GitHub cannot reach this instance',
  status: 409,
  remedy:
    'Set API_BASE_URL to the public address of this instance (https, by a reverse proxy or a tunnel) and start daytwo again. Nothing was made at GitHub.',
})

export const notBegun = defineProblem({
  slug: 'repositories/not-begun',
  title: 'This was not begun here by you, or too long ago',
  status: 400,
  retryable: true,
  remedy:
    'Begin again on this page and finish within 10 minutes, in this browser and signed in as the same person in the same organisation. Open the console at API_BASE_URL.',
})

export const declined = defineProblem({
  slug: 'repositories/declined',
  title: 'GitHub was not allowed to let daytwo in',
  status: 403,
  remedy:
    'Begin again and agree at GitHub. daytwo asks for the right to make webhooks and keeps it for an hour at most. Or connect by hand, on the page Connect.',
})

export const scopeRefused = defineProblem({
  slug: 'repositories/scope-refused',
  title: 'GitHub gave less than is needed to make webhooks',
  status: 403,
  remedy:
    'Begin again and leave the right to administer webhooks (admin:repo_hook) ticked. The rest was given back at once.',
})

export const authorizationEnded = defineProblem({
  slug: 'repositories/authorization-ended',
  title: 'GitHub takes this authorization no longer',
  status: 410,
  remedy: 'Begin again: it was withdrawn at GitHub, or has expired. What is connected stays connected.',
})

export const gitHubLimit = defineProblem({
  slug: 'repositories/github-limit',
  title: 'GitHub wants to be asked later',
  status: 429,
  retryable: true,
  remedy: 'Wait the seconds in `Retry-After`: GitHub limits how much one account asks in an hour.',
})

export const gitHubRefused = defineProblem({
  slug: 'repositories/refused',
  title: 'GitHub refused',
  status: 409,
  remedy: 'Look at the detail, which says what GitHub said.',
})

export const gitHubFailed = defineProblem({
  slug: 'repositories/github-failed',
  title: 'GitHub answered something that cannot be used',
  status: 502,
  retryable: true,
  remedy:
    'Try again. If it stays, look at githubstatus.com, and check GITHUB_API_URL (of an Enterprise Server it ends in /api/v3).',
})

export const all = [
  notConfigured,
  unreachableAddress,
  notBegun,
  declined,
  scopeRefused,
  authorizationEnded,
  gitHubLimit,
  gitHubRefused,
  gitHubFailed,
]
