/** How a command ends badly: what is wrong, what to do, and an exit code scripts can tell apart. */
import { ConfigError } from '#kernel/config/index.ts'
import { Problem } from '#kernel/errors/index.ts'

/** Exit codes: 1 it failed, 2 the input or configuration is wrong. */
const failed = 1
const misused = 2

export function reportFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error(error.message)
    return misused
  }
  if (error instanceof Problem) {
    console.error(`daytwo: ${error.type.title}. ${error.message}`)
    for (const fault of error.errors) console.error(`  ${fault.pointer}: ${fault.detail}`)
    console.error(`  ${error.type.remedy}`)
    return error.type.status < 500 ? misused : failed
  }
  const { message, code } = error as NodeJS.ErrnoException
  console.error(`daytwo: ${message || code || String(error)}`)
  return failed
}
