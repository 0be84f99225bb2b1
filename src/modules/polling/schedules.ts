/** The pollers as scheduled commands. */
import type { Schedule } from '#kernel/schedule/index.ts'
import type { Deps } from './deps.ts'
import { detectGaps, type GapReport } from './github/detect-gaps.ts'
import { syncRepositories } from './github/sync-repositories.ts'
import { type BacklogReport, pollBacklog } from './jira/poll-backlog.ts'
import { pollSprints, type SprintReport } from './jira/poll-sprints.ts'
import { githubSource, jiraSource } from './reader.ts'
import { runPoller } from './run.ts'

export const gapSchedule = 'scheduler:detect-github-gaps'

const noGitHub = 'GITHUB_TOKEN is not set: nothing was asked'
const noJira = 'JIRA_BASE_URL is not set: nothing was asked'
const plural = (count: number, noun: string, many = `${noun}s`) => `${count} ${count === 1 ? noun : many}`

export const pollingSchedules = (deps: Deps): Schedule[] => [
  {
    name: 'scheduler:sync-repositories',
    cron: '20 1 * * *',
    summary: 'Brings the list of repositories up to date with GitHub',
    async run() {
      const { github } = deps
      if (!github) return noGitHub
      let told = 'nothing was read'
      return runPoller(deps, {
        key: 'github',
        source: githubSource(github),
        looks: false,
        async work(reader) {
          const { seen, gone } = await syncRepositories(deps, reader)
          told = `${plural(seen, 'repository', 'repositories')}, ${gone} gone`
        },
        told: () => told,
      })
    },
  },
  {
    name: gapSchedule,
    cron: '40 1 * * *',
    summary:
      'Asks GitHub which webhooks did not arrive, and brings in what is missing; also after a start and after an overload',
    async run() {
      const { github } = deps
      if (!github) return noGitHub
      const report: GapReport = {
        repositories: 0,
        webhooks: 0,
        deliveries: 0,
        missing: 0,
        filled: 0,
        pulls: 0,
        pullsMissing: 0,
        unseen: [],
      }
      return runPoller(deps, {
        key: 'github',
        source: githubSource(github),
        looks: true,
        work: (reader) => detectGaps(deps, reader, report),
        told: () => gapsTold(report),
      })
    },
  },
  {
    name: 'scheduler:poll-sprint-snapshots',
    cron: '10 */2 * * *',
    summary: 'Asks Jira for sprints that began or ended, and for the issues of those that run',
    async run() {
      const { jira } = deps
      if (!jira) return noJira
      const report = newSprintReport()
      return runPoller(deps, {
        key: 'jira',
        source: jiraSource(jira),
        looks: true,
        work: (reader) => pollSprints(deps, reader, report, { issues: true }),
        told: () => sprintsTold(report),
      })
    },
  },
  {
    name: 'scheduler:poll-backlog',
    cron: '0 2 * * *',
    summary: 'Asks Jira for issues that changed, and for the states of sprints',
    async run() {
      const { jira } = deps
      if (!jira) return noJira
      const sprints = newSprintReport()
      const backlog: BacklogReport = { issues: 0, missing: 0, filled: 0 }
      return runPoller(deps, {
        key: 'jira',
        source: jiraSource(jira),
        looks: true,
        async work(reader) {
          await pollSprints(deps, reader, sprints, { issues: false })
          await pollBacklog(deps, reader, backlog)
        },
        told: () =>
          `${sprintsTold(sprints)}; ${plural(backlog.issues, 'issue')} changed: ${backlog.missing} events missing, ${backlog.filled} brought in`,
      })
    },
  },
]

const newSprintReport = (): SprintReport => ({ boards: 0, sprints: 0, missing: 0, filled: 0, unseen: 0 })

const sprintsTold = ({ boards, sprints, missing, filled, unseen }: SprintReport) =>
  `${plural(boards, 'board')}, ${plural(sprints, 'sprint')}: ${missing} events missing, ${filled} brought in${unseen > 0 ? `; ${plural(unseen, 'board')} not shown` : ''}`

const mostNamed = 5

function gapsTold(report: GapReport): string {
  const { repositories, webhooks, deliveries, missing, pulls, pullsMissing, filled, unseen } = report
  const named = [...new Set(unseen)]
  const hidden =
    named.length === 0
      ? ''
      : `; not shown to the token: ${named.slice(0, mostNamed).join(', ')}${named.length > mostNamed ? ` and ${named.length - mostNamed} more` : ''}`
  return `${plural(repositories, 'repository', 'repositories')}, ${plural(webhooks, 'webhook')}: ${missing} of ${plural(deliveries, 'delivery', 'deliveries')} missing, ${pullsMissing} of ${plural(pulls, 'pull-request event')} missing, ${filled} brought in${hidden}`
}
