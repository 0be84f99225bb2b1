/** What a module declares to the house. Only what is needed is present; `app/compose.ts` collects it. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Context, Permission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import type { DoctorCheck } from '#kernel/doctor/index.ts'
import type { ProblemType } from '#kernel/errors/index.ts'
import type { EventType, Subscriber } from '#kernel/events/index.ts'
import type { Http } from '#kernel/http/index.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import type { Schedule } from '#kernel/schedule/index.ts'
import type { Setting } from '#kernel/settings/index.ts'
import type { Work } from '#kernel/work/index.ts'

export type { Permission } from '#kernel/context/index.ts'

/** What a started module contributes; `port` is what other modules may call. */
export type StartedModule<Port = unknown> = {
  readonly port: Port
  /** Registers routes below `/api/v1`. */
  readonly routes?: (http: Http) => void | Promise<void>
  /** Registers routes at the root of the server; only for addresses the contract names there. */
  readonly rootRoutes?: (http: Http) => void | Promise<void>
  readonly work?: readonly Work[]
  readonly schedules?: readonly Schedule[]
  readonly subscribers?: readonly Subscriber[]
  readonly retention?: readonly RetentionPolicy[]
  readonly alerts?: readonly AlertCondition[]
  readonly doctor?: readonly DoctorCheck[]
  /** Told of every setting that changes, in that transaction, so that a change and its consequence are one. */
  readonly settingChanged?: (tx: TenantTx, ctx: Context, name: string) => Promise<void>
  /** Finishes what is buffered; called when the process drains, after the last request. */
  readonly drain?: () => Promise<void>
}

export type Module<Needs, Port> = {
  readonly name: string
  readonly migrations?: URL
  readonly permissions?: readonly Permission[]
  readonly problems?: readonly ProblemType[]
  readonly events?: readonly EventType<unknown>[]
  readonly settings?: readonly Setting<unknown>[]
  readonly start: (needs: Needs) => StartedModule<Port>
}

/** Types a module; a port it needs but is not given is a type error in `app/compose.ts`. */
export const defineModule = <Needs, Port>(module: Module<Needs, Port>): Module<Needs, Port> => module
