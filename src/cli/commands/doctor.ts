import type { Command } from 'commander'
import type { DoctorFinding } from '#app/doctor.ts'

const marks = { ok: '✔', warning: '!', fault: '✘' } as const

export function doctorCommands(program: Command): void {
  program
    .command('doctor')
    .description('Say what is wrong and how to mend it, whether the instance is up or down. Changes nothing.')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExits with 1 when it finds a fault.\n\nExamples:\n  daytwo doctor\n  daytwo doctor --json')
    .action(async ({ json }: { json?: boolean }) => {
      const { runDoctor } = await import('#app/doctor.ts')
      const findings: DoctorFinding[] = []
      await runDoctor((finding) => {
        findings.push(finding)
        if (!json) print(finding)
      })
      const count = (level: DoctorFinding['level']) => findings.filter((finding) => finding.level === level).length
      const ok = count('fault') === 0
      if (json) console.log(JSON.stringify({ ok, findings }))
      else console.log(`\n${count('fault')} faults, ${count('warning')} warnings, ${count('ok')} well.`)
      if (!ok) process.exitCode = 1
    })
}

function print({ level, check, finding, fix }: DoctorFinding) {
  console.log(`${marks[level]} ${check}: ${finding}`)
  if (fix) console.log(`    ${fix}`)
}
