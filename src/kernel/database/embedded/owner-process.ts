// A process for tests: starts an instance, says so, then stays, exits without stopping it, or stops it.
import { attachOrStart, type EmbeddedOptions, startEmbedded } from './index.ts'

const [call, next, options] = process.argv.slice(2)
const o: EmbeddedOptions = { ...JSON.parse(options ?? ''), log: (line) => print(`log ${line}`) }
const print = (line: string) => process.stdout.write(`${line}\n`)

try {
  const { port, owned, stop } = await (call === 'attachOrStart' ? attachOrStart : startEmbedded)(o)
  print(`started ${JSON.stringify({ port, owned })}`)
  if (next === 'exit') process.exit(1)
  if (next === 'stop') await stop()
  else setInterval(() => {}, 60_000)
} catch (error) {
  print(`failed ${error instanceof Error ? error.message : error}`)
}
