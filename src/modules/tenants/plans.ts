/** What a plan presets, and short names. */
import type { plans, tenantModules } from './schemas.ts'

export type Plan = (typeof plans)[number]
export type TenantModule = (typeof tenantModules)[number]

const presets: Record<Plan, readonly TenantModule[]> = {
  core: ['delivery', 'alerts'],
  pro: ['delivery', 'incidents', 'alerts', 'operations'],
  enterprise: ['delivery', 'incidents', 'alerts', 'operations', 'retention'],
}

/** The modules a tenant gets with a plan when none are named. */
export const presetOf = (plan: Plan): readonly TenantModule[] => presets[plan]

const maxSlug = 63

/** A short name for an organisation, not one of `taken`: `Österreich & Söhne` becomes `osterreich-sohne`. */
export function slugFor(organisation: string, taken: ReadonlySet<string>): string {
  const words = organisation.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const base = words.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'tenant'
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`
    const slug = base.slice(0, maxSlug - suffix.length).replace(/-+$/, '') + suffix
    if (!taken.has(slug)) return slug
  }
}
