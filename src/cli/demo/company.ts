/** The company that does not exist: five teams, eight repositories, each with a rhythm of its own. */
export const organisation = 'acme'

export type DemoStream = {
  readonly id: string
  readonly kind: 'delivery' | 'tech'
  readonly name: string
  readonly sources: readonly { readonly kind: 'repository' | 'jira_project'; readonly value: string }[]
}

export type RepositoryProfile = {
  readonly name: string
  readonly language: string
  readonly merge: 'squash' | 'merge'
  /** How new commits reach production: each merge by itself, or all together on these weekdays (1 is Monday). */
  readonly deploys: 'continuously' | { readonly on: readonly number[]; readonly everyWeeks: number }
  /** Pull requests a week that belong to no story: dependencies, chores, small mends. */
  readonly choresAWeek: number
  /** Share of production deployments after which something is broken. */
  readonly failureShare: number
  /** Hours of work, median: first commit to pull request, pull request to first review. */
  readonly codingHours: number
  readonly reviewHours: number
  /** Hours from incident to fix, median. */
  readonly repairHours: number
}

export type TeamProfile = {
  readonly id: string
  readonly name: string
  /** Jira's project key and board. */
  readonly project: string
  readonly board: number
  readonly developers: readonly string[]
  readonly incidentsIn: 'github' | 'jira'
  readonly storiesASprint: number
  /** Share of stories whose key is named in the pull request. */
  readonly namesTickets: number
  readonly trend: 'steady' | 'improving' | 'degrading'
  readonly repositories: readonly RepositoryProfile[]
}

const developers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `dev-${String(from + at).padStart(2, '0')}`)

export const teams: readonly TeamProfile[] = [
  {
    id: 'checkout',
    name: 'Checkout',
    project: 'SHOP',
    board: 11,
    developers: developers(1, 6),
    incidentsIn: 'github',
    storiesASprint: 6,
    namesTickets: 0.9,
    trend: 'steady',
    repositories: [
      {
        name: 'checkout-web',
        language: 'TypeScript',
        merge: 'squash',
        deploys: 'continuously',
        choresAWeek: 1.5,
        failureShare: 0.06,
        codingHours: 4,
        reviewHours: 1.5,
        repairHours: 0.7,
      },
      {
        name: 'checkout-api',
        language: 'TypeScript',
        merge: 'squash',
        deploys: 'continuously',
        choresAWeek: 1.2,
        failureShare: 0.05,
        codingHours: 5,
        reviewHours: 2,
        repairHours: 0.8,
      },
    ],
  },
  {
    id: 'catalog',
    name: 'Catalog',
    project: 'CAT',
    board: 12,
    developers: developers(7, 11),
    incidentsIn: 'github',
    storiesASprint: 5,
    namesTickets: 0.7,
    trend: 'degrading',
    repositories: [
      {
        name: 'catalog',
        language: 'Go',
        merge: 'merge',
        deploys: { on: [1, 3, 4], everyWeeks: 1 },
        choresAWeek: 1.2,
        failureShare: 0.11,
        codingHours: 8,
        reviewHours: 5,
        repairHours: 3,
      },
      {
        name: 'search',
        language: 'Go',
        merge: 'squash',
        deploys: { on: [2, 4], everyWeeks: 1 },
        choresAWeek: 0.8,
        failureShare: 0.09,
        codingHours: 9,
        reviewHours: 5,
        repairHours: 4,
      },
    ],
  },
  {
    id: 'payments',
    name: 'Payments',
    project: 'PAY',
    board: 13,
    developers: developers(12, 15),
    incidentsIn: 'jira',
    storiesASprint: 4,
    namesTickets: 0.98,
    trend: 'steady',
    repositories: [
      {
        name: 'payments',
        language: 'Go',
        merge: 'merge',
        deploys: { on: [2, 4], everyWeeks: 1 },
        choresAWeek: 0.8,
        failureShare: 0.07,
        codingHours: 10,
        reviewHours: 9,
        repairHours: 2,
      },
    ],
  },
  {
    id: 'mobile',
    name: 'Mobile',
    project: 'MOB',
    board: 14,
    developers: developers(16, 19),
    incidentsIn: 'jira',
    storiesASprint: 4,
    namesTickets: 0.8,
    trend: 'steady',
    repositories: [
      {
        name: 'mobile-app',
        language: 'Kotlin',
        merge: 'squash',
        deploys: { on: [3], everyWeeks: 1 },
        choresAWeek: 1.2,
        failureShare: 0.16,
        codingHours: 12,
        reviewHours: 8,
        repairHours: 16,
      },
    ],
  },
  {
    id: 'platform',
    name: 'Platform',
    project: 'PLAT',
    board: 15,
    developers: developers(20, 24),
    incidentsIn: 'github',
    storiesASprint: 8,
    namesTickets: 0.6,
    trend: 'improving',
    repositories: [
      {
        name: 'platform',
        language: 'TypeScript',
        merge: 'squash',
        deploys: { on: [1, 2, 3, 4], everyWeeks: 1 },
        choresAWeek: 1.2,
        failureShare: 0.13,
        codingHours: 7,
        reviewHours: 5,
        repairHours: 4,
      },
      {
        name: 'identity',
        language: 'Go',
        merge: 'squash',
        deploys: { on: [1, 3, 4], everyWeeks: 1 },
        choresAWeek: 0.8,
        failureShare: 0.1,
        codingHours: 7,
        reviewHours: 6,
        repairHours: 3,
      },
    ],
  },
]

export const fullName = (repository: Pick<RepositoryProfile, 'name'>): string => `${organisation}/${repository.name}`

const techStream = (id: string, language: string): DemoStream => ({
  id,
  kind: 'tech',
  name: language,
  sources: teams
    .flatMap((team) => team.repositories)
    .filter((repository) => repository.language === language)
    .map((repository) => ({ kind: 'repository', value: fullName(repository) })),
})

/** The streams to make before the history is sent: a delivery stream for each team, a tech stream for two languages. */
export const demoStreams: readonly DemoStream[] = [
  ...teams.map(
    (team): DemoStream => ({
      id: team.id,
      kind: 'delivery',
      name: team.name,
      sources: [
        ...team.repositories.map((repository) => ({ kind: 'repository' as const, value: fullName(repository) })),
        { kind: 'jira_project', value: team.project.toLowerCase() },
      ],
    }),
  ),
  techStream('typescript', 'TypeScript'),
  techStream('go', 'Go'),
]

/** How much longer or more often than in the profile things are at `progress` (0 to 1) through the history. */
export function strain(trend: TeamProfile['trend'], progress: number): number {
  if (trend === 'improving') return 2.2 - 1.75 * progress
  if (trend === 'degrading') return 0.6 + 1.7 * progress
  return 1
}

const work = [
  'Add a retry to',
  'Cache',
  'Speed up',
  'Validate',
  'Log failures of',
  'Split',
  'Simplify',
  'Show progress of',
  'Paginate',
  'Translate',
  'Measure',
  'Limit',
  'Document',
  'Harden',
] as const
const things = [
  'the address form',
  'price rounding',
  'the order summary',
  'image loading',
  'the session check',
  'stock updates',
  'the refund job',
  'search suggestions',
  'the export',
  'push messages',
  'login throttling',
  'the health probe',
  'tax rules',
  'the queue consumer',
  'error pages',
  'the settings screen',
] as const
const chores = [
  'Update dependencies',
  'Remove unused code',
  'Mend a flaky test',
  'Raise test coverage',
  'Tidy the build',
] as const
const troubles = [
  'Errors rise',
  'Requests time out',
  'Pages stay blank',
  'Wrong totals shown',
  'Jobs pile up',
  'Sign-in fails',
] as const
export const words = { work, things, chores, troubles }
