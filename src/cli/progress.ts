/** Progress of long commands: a bar with counts and time left in a terminal, a line now and then elsewhere, nothing with --json. */
import type { MultiBar } from 'cli-progress'
import { monotonicMs } from '#kernel/clock/index.ts'

export type Progress = { step(phase: string, done: number, total: number): void; stop(): void }

const lineEveryMs = 5000

export async function showProgress({ json }: { json?: boolean | undefined }): Promise<Progress> {
  if (json) return { step: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? bars() : lines()
}

async function bars(): Promise<Progress> {
  const { MultiBar, Presets } = await import('cli-progress')
  const format = '  {phase} {bar} {value}/{total} · {eta_formatted} left'
  const multi = new MultiBar(
    { format, hideCursor: true, stream: process.stderr, barsize: 28, etaBuffer: 50 },
    Presets.shades_classic,
  )
  const known = new Map<string, ReturnType<MultiBar['create']>>()
  return {
    step(phase, done, total) {
      const bar = known.get(phase) ?? multi.create(total, 0, { phase: phase.padEnd(22) })
      known.set(phase, bar)
      bar.setTotal(total)
      bar.update(done)
    },
    stop: () => multi.stop(),
  }
}

function lines(): Progress {
  let last = Number.NEGATIVE_INFINITY
  let phaseNow = ''
  return {
    step(phase, done, total) {
      if (phase === phaseNow && done < total && monotonicMs() - last < lineEveryMs) return
      phaseNow = phase
      last = monotonicMs()
      console.error(`  ${phase}: ${done}/${total}`)
    },
    stop: () => undefined,
  }
}
