/** Every module of the product, in dependency order: the one list that migrations, permissions, problems and documents read. */
import { kernelMigrations } from '#kernel/database/index.ts'
import type { Permission } from '#kernel/module.ts'
import { access } from '#modules/access/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { intake } from '#modules/intake/index.ts'
import { operations } from '#modules/operations/index.ts'
import { tenants } from '#modules/tenants/index.ts'

export const modules = [tenants, access, deliveryFacts, deliveryDora, intake, operations] as const

export const migrationFolders = (): URL[] => [
  kernelMigrations,
  ...modules.flatMap((module) => (module.migrations ? [module.migrations] : [])),
]

export const permissions = (): Permission[] => modules.flatMap((module) => [...(module.permissions ?? [])])
