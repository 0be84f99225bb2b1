/** Whose requests are written down, and what the lines about them share. */
import { equal } from 'node:assert/strict'
import { factorBench, type Reply } from '#modules/people/second-factor/test-bench.ts'
import { makeBench } from '#modules/tenants/test-bench.ts'
import { fill } from '../isolation/fill.ts'

/** `actor`, its type and id, is looked up after the request, which may have made it. */
export type Caller = { readonly headers: Record<string, string>; readonly actor: string | (() => Promise<string>) }

export type Line = {
  readonly as: Caller | (() => Caller | Promise<Caller>)
  /** Where the route has parameters. */
  readonly path?: string | (() => string | Promise<string>)
  readonly payload?: object | (() => object | Promise<object>)
  /** All that the request writes down, in order. */
  readonly action: string | readonly string[]
  /** The last entry says what was before and after; the members that it must have, where it has any. */
  readonly before?: true | readonly string[]
  readonly after?: true | readonly string[]
  /** What later lines need of the answer. */
  readonly learns?: (reply: Reply['json']) => unknown
}

export const bench = await factorBench()
export const { app, sql } = bench
export const { tokenTo } = makeBench(app)
export const password = { first: 'violet harbour lantern orchard', next: 'copper meadow whistle thunder' }

export const alpha = await app.tenant()
export const asAlpha = await app.key({ tenantId: alpha.tenantId })
/** Ids of what the tenant has. */
export const theirs = await fill(app, alpha, asAlpha)

const [made] = await sql('select id from api_key where tenant_id = $1 order by created_at', [alpha.tenantId])
export const key: Caller = { headers: asAlpha, actor: `key ${made!.id}` }
const person = async (options: Parameters<typeof app.person>[0]) => {
  const somebody = await app.person(options)
  return { ...somebody, actor: `person ${somebody.id}` }
}
export const owner = await person({ tenantId: alpha.tenantId, role: 'owner' })
export const other = await person({ tenantId: alpha.tenantId, role: 'member' })
export const root = await person({ tenantId: null, platformRole: 'platform_admin' })
export const helper = await person({ tenantId: null, platformRole: 'support' })
/** Nobody is signed in: who acts is whom the credential in the request belongs to. */
export const nobody = (actor: Caller['actor']): Caller => ({ headers: { 'sec-fetch-site': 'same-origin' }, actor })
export const personWith = (email: string) => async () =>
  `person ${(await sql('select id from person where email = $1', [email]))[0]?.id}`

/** What lines learnt. */
export const kept: Record<string, string> = {}
export const keep = (name: string, of: string) => (reply: Reply['json']) => {
  kept[name] = String(of.split('.').reduce((value, part) => value[part], reply))
}

/** Token of the mail to somebody who asked for a tenant. */
export async function registered(email: string): Promise<string> {
  const { headers } = nobody('')
  const payload = { email, organisation: 'Blue Bicycles' }
  const asked = await app.http.inject({ method: 'POST', url: '/auth/register', headers, payload })
  equal(asked.statusCode, 202, asked.body)
  return tokenTo(email)
}
