/** Every module of the product, in dependency order: the one list that permissions, problems and documents read. */
import type { Permission } from '#kernel/module.ts'
import type { Setting } from '#kernel/settings/index.ts'
import { access } from '#modules/access/index.ts'
import { alerts } from '#modules/alerts/index.ts'
import { api } from '#modules/api/index.ts'
import { auditTrail } from '#modules/audit/index.ts'
import { deliveryCorrelation } from '#modules/delivery/correlation/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { deliveryForecast } from '#modules/delivery/forecast/index.ts'
import { deliveryPulse } from '#modules/delivery/pulse/index.ts'
import { deliverySprints } from '#modules/delivery/sprints/index.ts'
import { dialAllowances } from '#modules/dial/index.ts'
import { intake } from '#modules/intake/index.ts'
import { live } from '#modules/live/index.ts'
import { mail } from '#modules/mail/index.ts'
import { notifications } from '#modules/notifications/index.ts'
import { operations } from '#modules/operations/index.ts'
import { people } from '#modules/people/index.ts'
import { polling } from '#modules/polling/index.ts'
import { repositories } from '#modules/repositories/index.ts'
import { retention } from '#modules/retention/index.ts'
import { settings } from '#modules/settings/index.ts'
import { sso } from '#modules/sso/index.ts'
import { tenants } from '#modules/tenants/index.ts'

export const modules = [
  people,
  tenants,
  dialAllowances,
  mail,
  access,
  sso,
  api,
  live,
  deliveryFacts,
  deliveryDora,
  deliveryFlow,
  deliveryForecast,
  deliveryPulse,
  deliveryCorrelation,
  deliverySprints,
  intake,
  repositories,
  polling,
  alerts,
  notifications,
  auditTrail,
  retention,
  operations,
  settings,
] as const

export const permissions = (): Permission[] => modules.flatMap((module) => [...(module.permissions ?? [])])

export const declaredSettings = (): Setting<unknown>[] => modules.flatMap((module) => [...(module.settings ?? [])])
