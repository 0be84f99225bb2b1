/** Every example payload of `@octokit/webhooks-examples`, one by one. */
import { createRequire } from 'node:module'

type Definition = { name: string; examples: unknown[] }
const definitions: Definition[] = createRequire(import.meta.url)('@octokit/webhooks-examples')

export const examples: { name: string; payload: unknown }[] = definitions.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload) => ({ name, payload })),
)
