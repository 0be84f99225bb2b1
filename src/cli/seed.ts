/** `daytwo seed`: what a new environment begins with, made through the same doors as everything else. Running it again changes nothing. */
import { commandContext } from '#kernel/context/index.ts'
import type { Instance } from './instance.ts'

const sample = { slug: 'sample', name: 'Sample organisation', owner: 'owner@example.com' } as const
const stream = {
  id: 'sample-shop',
  kind: 'delivery',
  name: 'Sample shop',
  sources: [{ kind: 'repository', value: 'sample/shop' }],
} as const

export type Seeded = { readonly tenant: string; readonly owner: string; readonly created: boolean }

/** Throws in production: an instance that real people use has no sample in it. */
export async function seed({ config, composed }: Pick<Instance, 'config' | 'composed'>): Promise<Seeded> {
  if (config.production)
    throw new Error('seed is for development; in production make tenants with "daytwo tenant:create"')
  const ctx = commandContext('seed')
  await composed.tenants.own(ctx)
  const known = (await composed.tenants.list({ all: true })).find(({ slug }) => slug === sample.slug)
  const tenant =
    known ?? (await composed.tenants.create(ctx, { slug: sample.slug, name: sample.name, owner_email: sample.owner }))
  const inTenant = commandContext('seed', tenant.id)
  const { streams } = await composed.facts.listStreams(inTenant)
  if (!streams.some(({ id }) => id === stream.id))
    await composed.facts.createStream(inTenant, { ...stream, sources: [...stream.sources] })
  return { tenant: sample.slug, owner: sample.owner, created: known === undefined }
}
