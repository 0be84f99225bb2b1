/** Builds the console from the command line, for its own development: `bin/pinned-node console/dev/build.ts`. */
import { buildConsole } from '../build.ts'

await buildConsole({ log: console.log })
