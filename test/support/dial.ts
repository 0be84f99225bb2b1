/** A dial for servers of the tests: this machine's loopback addresses are allowed, and nothing else is special. */
import { type Dial, makeDial } from '#kernel/dial/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'

export const loopbackDial = (): Dial => makeDial({ allow: parseAllowances('127.0.0.0/8, ::1') })
