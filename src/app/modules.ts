/** Every module of the product, in dependency order: the one list that permissions, problems and documents read. */
import type { Permission } from '#kernel/module.ts'
import { access } from '#modules/access/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { intake } from '#modules/intake/index.ts'
import { operations } from '#modules/operations/index.ts'
import { tenants } from '#modules/tenants/index.ts'

export const modules = [tenants, access, deliveryFacts, deliveryDora, intake, operations] as const

export const permissions = (): Permission[] => modules.flatMap((module) => [...(module.permissions ?? [])])
