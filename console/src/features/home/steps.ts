/** The way to the first metric: five steps, each told by what the API shows. Pure. */
import type { z } from 'zod'
import type { DoraReply } from '#modules/delivery/dora/schemas.ts'
import type { streamList } from '#modules/delivery/facts/schemas.ts'
import type { connectReply } from '#modules/intake/schemas.ts'

export type Connect = z.output<typeof connectReply>
export type StepName = 'connect' | 'event' | 'stream' | 'deployment' | 'metric'
export type Step = { name: StepName; title: string; done: boolean /** What was seen, once it is done. */; seen: string }

type Seen = { connect: Connect; streams: z.output<typeof streamList>; dora: DoraReply }

/** All five in order; a later one that is done does the earlier ones too, however it came about. */
export function stepsOf({ connect, streams, dora }: Seen): Step[] {
  const sources = [...connect.webhooks, ...connect.sources]
  const heard = sources.filter(({ last_event_at: at }) => at !== null)
  const repositories = streams.unassigned_repositories.length
  const deployments = dora.series.reduce((sum, point) => sum + point.deployments, 0)
  const metrics = dora.metrics.filter(({ value }) => value !== null)
  const imported = deployments > 0 || repositories > 0 || streams.streams.length > 0
  // An address with a secret was made for somebody: that is connected, though nothing came yet.
  const connected = connect.sources.some(({ source }) => source !== 'api')
  const steps: Step[] = [
    {
      name: 'connect',
      title: 'Connect GitHub, import a repository, or run the demo',
      done: connected,
      seen:
        heard.length > 0
          ? heard.map(({ source }) => source).join(', ')
          : imported
            ? 'imported'
            : 'a connection is made',
    },
    {
      name: 'event',
      title: 'See the first event',
      done: heard.length > 0 || imported,
      seen: heard.length > 0 ? `heard from ${heard.map(({ source }) => source).join(', ')}` : 'history was imported',
    },
    {
      name: 'stream',
      title: 'Make a stream of a repository',
      done: streams.streams.length > 0,
      seen: streams.streams
        .map(({ name }) => name)
        .slice(0, 3)
        .join(', '),
    },
    {
      name: 'deployment',
      title: 'Count the first deployment',
      done: deployments > 0,
      seen: `${deployments} in the last 90 days`,
    },
    {
      name: 'metric',
      title: 'Read the first metric',
      done: metrics.length > 0,
      seen: `${metrics.length} of ${dora.metrics.length} have a value`,
    },
  ]
  // Only connecting is implied by what follows: whoever has events is connected. A stream is each one's own wish.
  if (steps[1]!.done) steps[0]!.done = true
  return steps
}
