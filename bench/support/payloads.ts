/**
 * GitHub deliveries as they come in: examples that GitHub publishes, with ids, commits and repositories of their own each, so
 * that neither compression nor upserts profit from repetition.
 */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'

export type Payload = { readonly type: string; readonly body: Buffer }
type Example = { readonly type: string; readonly text: string }

const definitions: { name: string; examples: Record<string, unknown>[] }[] = createRequire(import.meta.url)(
  '@octokit/webhooks-examples',
)

function example(type: string, fits: (payload: Record<string, unknown>, bytes: number) => boolean): Example {
  const payloads = definitions.find(({ name }) => name === type)?.examples ?? []
  const found = payloads.find((payload) => fits(payload, Buffer.byteLength(JSON.stringify(payload))))
  if (!found) throw new Error(`there is no such example of ${type}`)
  return { type, text: JSON.stringify(found) }
}

const push = example('push', (p, bytes) => (p.commits as unknown[]).length > 0 && bytes > 7000)
const status = example('deployment_status', (_, bytes) => bytes > 9000 && bytes < 10_000)
const issue = example('issues', (p, bytes) => p.action === 'opened' && bytes < 12_000)
const checkRun = example('check_run', (p, bytes) => p.action === 'rerequested' && bytes < 10_000)
const release = example('release', (p) => p.action === 'published')
const pullRequest = example('pull_request', (p) => p.action === 'opened')

/** Near 9 KB each: what intake is measured with. */
export const nearNineKilobytes = [push, status, issue, checkRun]
/** Eight of ten cause facts; 10 KB on average: what the processor is measured with. */
export const understood = [push, status, push, issue, pullRequest, push, status, release, checkRun, push]

const sha = /\b[0-9a-f]{40}\b/g
const identifier = /("(?:id|number)":)(\d+)/g
const maxInteger = 2_000_000_000

/** The nth delivery of a mix; the same every time. */
export function payload(mix: readonly Example[], n: number): Payload {
  const { type, text } = mix[n % mix.length]!
  const shas = new Map<string, string>()
  const another = (old: string) => {
    const known = shas.get(old) ?? createHash('sha1').update(`${n} ${old}`).digest('hex')
    shas.set(old, known)
    return known
  }
  const body = text
    .replaceAll(sha, another)
    .replaceAll(identifier, (_, name: string, digits: string) => {
      const old = Number(digits)
      // Numbers of issues and pull requests are small; ids are large and stay so.
      return `${name}${name.includes('number') ? 1 + n : (old % maxInteger) + (n + 1) * 4_000_037}`
    })
    .replaceAll('Hello-World', `service-${String(n % 97).padStart(3, '0')}`)
    .replaceAll('"tag_name":"0.0.1"', `"tag_name":"0.0.${n}"`)
  return { type, body: Buffer.from(body) }
}
