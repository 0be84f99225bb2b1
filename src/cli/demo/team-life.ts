/** One team's year: stories, sprints, chores, the days on which it deploys, and its incidents. */
import { afterWork, dayMs, hourMs, intensity, isWorkday, minuteMs, startOfDay, weekday } from './calendar.ts'
import { fullName, strain, type TeamProfile, words } from './company.ts'
import { issuePayload } from './github-payloads.ts'
import {
  issueCreated,
  issueUpdated,
  type JiraIssue,
  pointsChange,
  type Sprint,
  type Status,
  sprintChange,
  sprintEvent,
  statusChange,
} from './jira-payloads.ts'
import { randomFor } from './random.ts'
import { type Breakage, type Incident, type RepositoryLife, repositoryLife } from './repository-life.ts'
import type { Simulation } from './simulation.ts'

const sprintDays = 14

export function teamLife(simulation: Simulation, seed: string, team: TeamProfile): void {
  const random = randomFor(seed, 'team', team.id)
  const { now, plan, jira, github } = simulation
  let issues = 0
  let changes = 0
  let sprints = 0
  const backlog: JiraIssue[] = []
  const changed = (issue: JiraIssue, items: Parameters<typeof issueUpdated>[3]) =>
    jira(issueUpdated(issue, now(), team.board * 1_000_000 + ++changes, items))
  const lives = team.repositories.map((profile) =>
    repositoryLife(simulation, random, seed, { team, openIncident }, profile),
  )

  function newIssue(given: Pick<JiraIssue, 'type' | 'summary' | 'description' | 'priority' | 'component'>): JiraIssue {
    const number = ++issues
    return {
      ...given,
      id: team.board * 100_000 + number,
      key: `${team.project}-${number}`,
      reporter: random.pick(team.developers),
      createdAt: now(),
      points: null,
      status: 'To Do',
      sprint: undefined,
      resolvedAt: undefined,
    }
  }

  function move(issue: JiraIssue, to: Status): void {
    if (issue.status === to || issue.status === 'Done') return
    const change = statusChange(issue.status, to)
    issue.status = to
    if (to === 'Done') issue.resolvedAt = now()
    changed(issue, [change])
  }

  function openIncident(life: RepositoryLife, { severity, title, deployedSha }: Breakage): Incident {
    const { profile } = life
    const cause = random.chance(0.35) ? `\n\nroot cause: ${deployedSha}` : ''
    if (team.incidentsIn === 'jira') {
      const priority = severity === 1 ? 'Highest' : severity === 2 ? 'High' : 'Medium'
      const description = `Seen by monitoring.${cause}`
      const issue = newIssue({ type: 'Incident', summary: title, description, priority, component: fullName(profile) })
      jira(issueCreated(issue, now()))
      return { reference: issue.key, resolve: () => move(issue, 'Done') }
    }
    const issue = {
      number: life.nextNumber(),
      title,
      body: `Seen by monitoring.${cause}`,
      labels: ['incident', `sev${severity}`],
      author: random.pick(team.developers),
      openedAt: now(),
    }
    github('issues', issuePayload(profile, issue, 'opened', now()))
    return {
      reference: `#${issue.number}`,
      resolve: () => github('issues', issuePayload(profile, issue, 'closed', now())),
    }
  }

  const idea = () => `${random.pick(words.work)} ${random.pick(words.things)}`
  const branchName = (title: string) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-')

  function addStory(): void {
    const story = newIssue({
      type: 'Story',
      summary: idea(),
      description: null,
      priority: 'Medium',
      component: undefined,
    })
    jira(issueCreated(story, now()))
    backlog.push(story)
  }

  function startStory(story: JiraIssue): void {
    if (story.status !== 'To Do') return
    move(story, 'In Progress')
    const named = random.chance(team.namesTickets)
    random.pick(lives).write({
      title: named ? `${story.key} ${story.summary}` : story.summary,
      branch: `feature/${named ? `${story.key}-` : ''}${branchName(story.summary)}`,
      body: named ? `For ${story.key}.` : 'See the board.',
      labels: [],
      urgent: false,
      onOpened: () => move(story, 'In Review'),
      onLive: () => move(story, 'Done'),
    })
  }

  function chore(life: RepositoryLife): void {
    const title = random.pick(words.chores)
    const branch = `chore/${branchName(title)}-${random.whole(100, 999)}`
    life.write({ title, branch, body: 'Housekeeping.', labels: ['chore'], urgent: false, mayBeDropped: true })
  }

  /** Monday morning: closes what was, takes unfinished and new stories into the next sprint, and starts it. */
  function planSprint(): void {
    const startAt = startOfDay(now()) + 9 * hourMs
    const sprint: Sprint = {
      id: team.board * 1000 + ++sprints,
      name: `${team.project} sprint ${sprints}`,
      board: team.board,
      startAt,
      endAt: startAt + (sprintDays - 3) * dayMs + 6 * hourMs,
    }
    const wanted = Math.round(team.storiesASprint * Math.max(0.3, intensity(now() + 2 * dayMs)))
    while (backlog.filter((story) => story.status === 'To Do').length < wanted) addStory()
    const open = backlog.filter((story) => story.status !== 'Done')
    const fresh = open.filter((story) => story.sprint === undefined).slice(0, wanted)
    const committed = [...open.filter((story) => story.sprint !== undefined), ...fresh]
    for (const story of committed) {
      const items = [sprintChange(story.sprint, sprint)]
      story.sprint = sprint
      if (story.points === null) {
        story.points = random.pick([1, 2, 3, 3, 5, 5, 8])
        items.push(pointsChange(null, story.points))
      }
      changed(story, items)
    }
    backlog.splice(0, backlog.length, ...backlog.filter((story) => story.status !== 'Done'))
    plan(startAt, () => jira(sprintEvent(sprint, 'sprint_started', now())))
    for (const story of committed) plan(afterWork(startAt, random.whole(5, 7 * 600)), () => startStory(story))
    plan(sprint.endAt, () => jira(sprintEvent(sprint, 'sprint_closed', now())))
  }

  function workday(): void {
    const day = startOfDay(now())
    const part = intensity(day)
    const moment = () => afterWork(day, random.whole(10, 540))
    for (let added = random.count((team.storiesASprint / 10) * part); added > 0; added--) plan(moment(), addStory)
    for (const life of lives) {
      const { choresAWeek, deploys } = life.profile
      for (let written = random.count((choresAWeek / 5) * part); written > 0; written--)
        plan(moment(), () => chore(life))
      if (deploys !== 'continuously' && deploysOn(deploys.on).includes(weekday(day)))
        plan(day + random.whole(9 * 60, 11 * 60) * minuteMs, () => life.deploy())
    }
    // Things also break that nobody of ours deployed.
    if (random.chance(0.012)) plan(moment(), supplierOutage)
  }

  /** A team that improves deploys on ever more days, one that degrades on ever fewer. */
  function deploysOn(days: readonly number[]): readonly number[] {
    if (team.trend === 'steady') return days
    const share = 1.3 - 0.45 * strain(team.trend, simulation.progress())
    return days.slice(-Math.max(1, Math.round(days.length * Math.min(share, 1))))
  }

  function supplierOutage(): void {
    const life = random.pick(lives)
    const incident = openIncident(life, { severity: 2, title: 'A supplier cannot be reached', deployedSha: 'unknown' })
    plan(now() + random.around(90) * minuteMs, () => incident.resolve())
  }

  function everyDay(): void {
    const day = startOfDay(now())
    if (isWorkday(day)) workday()
    const sinceFirst = Math.round((day - firstMonday) / dayMs)
    if (sinceFirst >= 0 && sinceFirst % sprintDays === 0) plan(day + 8.5 * hourMs, planSprint)
    plan(day + dayMs, everyDay)
  }
  const from = startOfDay(simulation.startedAt)
  const firstMonday = from + ((8 - weekday(from)) % 7) * dayMs
  plan(from, everyDay)
}
