/** Believable delivery data for looking at the console; a fixed seed, so that two looks show the same. */
const dayMs = 86_400_000
export const now = Date.now()

/** mulberry32: small, seeded, good enough for a picture. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const iso = (ms: number) => new Date(ms).toISOString()
const day = (ms: number) => iso(ms).slice(0, 10)
const sha = (random: () => number) => Array.from({ length: 40 }, () => Math.floor(random() * 16).toString(16)).join('')

export const streams = [
  { id: 'shop', kind: 'delivery', name: 'Shop', repositories: ['acme/shop-web', 'acme/shop-api'] },
  { id: 'payments', kind: 'delivery', name: 'Payments', repositories: ['acme/payments'] },
  { id: 'search', kind: 'delivery', name: 'Search & recommendations', repositories: ['acme/search', 'acme/ranker'] },
  { id: 'platform', kind: 'tech', name: 'Platform', repositories: ['acme/infrastructure'] },
] as const

export const streamList = {
  streams: streams.map(({ id, kind, name, repositories }) => ({
    id,
    kind,
    name,
    sources: [
      ...repositories.map((value) => ({ kind: 'repository' as const, value })),
      ...(kind === 'delivery' ? [{ kind: 'jira_project' as const, value: id.slice(0, 4) }] : []),
    ],
  })),
  unassigned_repositories: ['acme/handbook', 'acme/status-page'],
}

const reasons = ['hotfix_branch', 'revert_commit', 'issue_label']

export const deployments = (() => {
  const random = randomOf(7)
  const repositories = streams.flatMap((stream) => stream.repositories)
  return Array.from({ length: 260 }, (_, index) => {
    const repository = repositories[Math.floor(random() * repositories.length)]!
    const commit = sha(random)
    return {
      id: 4200 - index,
      repository,
      service: repository.split('/')[1]!,
      environment: 'production',
      sha: commit,
      ref: random() < 0.5 ? `v2.${260 - index}.0` : 'main',
      url: `https://github.com/${repository}/deployments`,
      source: 'github',
      finished_at: iso(now - index * 0.34 * dayMs - random() * 8 * 3_600_000),
      changes: 1 + Math.floor(random() * 9),
      lead_seconds_p50: random() < 0.06 ? null : Math.round(3600 * 2 + random() ** 3 * 6 * 86_400),
      failed: random() < 0.09,
      rework_reason: random() < 0.08 ? reasons[Math.floor(random() * 3)]! : null,
      traced: index % 6 !== 4,
    }
  })
})()

export function deploymentDetail(id: number) {
  const row = deployments.find((deployment) => deployment.id === id)
  if (!row) return null
  const random = randomOf(id)
  const done = Date.parse(row.finished_at)
  return {
    ...row,
    tickets: row.traced
      ? [
          { key: 'SHOP-118', named_by: 'pull_request', sha: null, pr_number: 1300 + id - 4000 },
          { key: 'SHOP-121', named_by: 'commit', sha: row.sha, pr_number: null },
        ]
      : [],
    changes_list: Array.from({ length: row.changes }, (_, index) => {
      const known = random() > 0.15
      const [coding, pickup, review, deploy] = [
        random() * 90_000,
        random() * 50_000,
        random() * 40_000,
        900 + random() * 20_000,
      ]
      const lead = Math.round(known ? coding! + pickup! + review! + deploy! : 7000 + random() * 200_000)
      return {
        sha: sha(random),
        committed_at: iso(done - lead * 1000),
        clock: known ? 'pull_request_first_commit' : 'commit',
        pr_number: known ? 1300 + id - 4000 + index : null,
        lead_seconds: lead,
        coding_seconds: known ? Math.round(coding!) : null,
        pickup_seconds: known ? Math.round(pickup!) : null,
        review_seconds: known ? Math.round(review!) : null,
        deploy_seconds: known ? Math.round(deploy!) : null,
      }
    }),
    failures: row.failed
      ? [
          {
            cause: 'incident',
            cause_key: 'OPS-412',
            recovered_at: iso(done + 5_400_000),
            method: 'service_window',
            confidence: 0.7,
            evidence: {
              service: row.service,
              minutes_after_deployment: 14,
              window_hours: 24,
              candidates: [row.id, row.id - 1],
            },
          },
        ]
      : [],
    events: [90_210 + (id % 100), 90_214 + (id % 100)],
  }
}

const titles = [
  'Checkout answers 502 for carts with vouchers',
  'Search results empty after reindex',
  'Payments webhook handler times out',
  'Login loop on Safari behind the company proxy',
  'Images served without cache headers',
  'Order mails are sent twice',
]

export const incidents = (() => {
  const random = randomOf(11)
  return Array.from({ length: 34 }, (_, index) => {
    const at = now - (index * 2.6 + random()) * dayMs
    const attributed = random() > 0.3
    const overridden = random() < 0.15
    const near = deployments.find(({ finished_at: finished }) => Date.parse(finished) < at)!
    return {
      id: 700 - index,
      source: 'jira',
      key: `OPS-${430 - index}`,
      title: titles[index % titles.length]!,
      severity: ['sev1', 'sev2', 'sev3'][index % 3]!,
      repository: null,
      service: near.service,
      url: 'https://acme.atlassian.net/browse/OPS-412',
      started_at: iso(at),
      resolved_at: index === 0 ? null : iso(at + random() * 20_000_000),
      deployment_id: attributed ? near.id : null,
      method: overridden
        ? 'override'
        : attributed
          ? ['service_window', 'explicit_sha', 'revert_link'][index % 3]!
          : null,
      confidence: overridden ? 1 : attributed ? [0.7, 1, 0.9][index % 3]! : null,
      evidence: attributed ? { service: near.service, deployment_finished_at: near.finished_at, sha: near.sha } : {},
      overridden_by: overridden ? 'Ada Lovelace' : null,
    }
  })
})()

export { day, dayMs, iso }
