import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { confirmed } from '../confirm.ts'
import { type Instance, withInstance } from '../instance.ts'
import { showProgress } from '../progress.ts'
import { printTable } from '../table.ts'

type Common = { tenant: string; json?: boolean }
type ListOptions = Common & { work: string; errorClass?: string; limit: string }
type RequeueOptions = Common & {
  work: string
  errorClass?: string
  before?: string
  after?: string
  all?: boolean
  dryRun?: boolean
  yes?: boolean
}

const contextFor = async ({ composed }: Instance, command: string, tenant: string) =>
  commandContext(command, (await composed.tenants.bySlug(tenant)).id)

export function workCommands(program: Command): void {
  program
    .command('work:list')
    .description('What waits, is being worked on and has died, by work.')
    .option('--tenant <slug>', 'whose', 'default')
    .option('--json', 'for machines')
    .action(({ tenant, json }: Common) =>
      withInstance(async (instance) => {
        const { work } = await instance.composed.operations.listWork(await contextFor(instance, 'work:list', tenant))
        if (json) console.log(JSON.stringify(work))
        else printTable(work)
      }),
    )

  program
    .command('dead-letters:list')
    .description('Work that failed for good, newest first, and how much of it by class of error.')
    .option('--work <name>', 'whose dead letters; "daytwo work:list" names all work', 'event_queue')
    .option('--error-class <class>', 'only those of this class')
    .option('--limit <n>', 'at most this many, up to 200', '20')
    .option('--tenant <slug>', 'whose', 'default')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  daytwo dead-letters:list\n  daytwo dead-letters:list --work delivery.derive --error-class unavailable --json',
    )
    .action((options: ListOptions) => withInstance((instance) => list(instance, options)))

  program
    .command('dead-letters:show <id>')
    .description('One row of a work: its error in full and what it carries.')
    .option('--work <name>', 'whose row', 'event_queue')
    .option('--tenant <slug>', 'whose', 'default')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExample:\n  daytwo dead-letters:show 4711')
    .action((id: string, options: Common & { work: string }) =>
      withInstance(async (instance) => {
        const ctx = await contextFor(instance, 'dead-letters:show', options.tenant)
        const row = await instance.composed.operations.readWorkRow(ctx, options.work, wholeNumber(id))
        if (options.json) {
          console.log(JSON.stringify(row))
          return
        }
        const { payload, ...fields } = row
        const width = Math.max(...Object.keys(fields).map((name) => name.length))
        for (const [name, value] of Object.entries(fields))
          console.log(`${name.padEnd(width)}  ${printable(String(value ?? '—'))}`)
        if (payload !== null) console.log(`\n${printable(pretty(payload))}`)
      }),
    )

  program
    .command('dead-letters:requeue [ids...]')
    .description('Make dead letters due again: some by id, those a filter fits, or all of a work.')
    .option('--work <name>', 'whose dead letters', 'event_queue')
    .option('--error-class <class>', 'those of this class')
    .option('--before <time>', 'those that died before this instant, for example 2026-11-21T08:00:00Z')
    .option('--after <time>', 'those that died after this instant')
    .option('--all', 'all of the work')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .option('--tenant <slug>', 'whose', 'default')
    .option('--json', 'the counts for machines')
    .addHelpText(
      'after',
      `
Only rows that are dead letters still are touched, so repeating it is safe.

Examples:
  daytwo dead-letters:requeue 4711 4712
  daytwo dead-letters:requeue --error-class intake/unreadable-payload --dry-run
  daytwo dead-letters:requeue --all --work delivery.derive --yes`,
    )
    .action((ids: string[], options: RequeueOptions) => withInstance((instance) => requeue(instance, ids, options)))
}

async function list(instance: Instance, { work, errorClass, limit, tenant, json }: ListOptions) {
  const page = { error_class: errorClass, limit: Math.min(wholeNumber(limit), 200) }
  const ctx = await contextFor(instance, 'dead-letters:list', tenant)
  const found = await instance.composed.operations.listDeadLetters(ctx, work, page)
  if (json) {
    console.log(JSON.stringify(found))
    return
  }
  printTable(found.groups, `${work} has no dead letters.`)
  if (found.dead_letters.length === 0) return
  console.log()
  printTable(
    found.dead_letters.map(({ finished_at, last_error, ...row }) => ({
      ...row,
      died: finished_at && new Date(finished_at),
      last_error: printable(last_error.slice(0, 100)),
    })),
  )
  if (found.next_cursor !== null) console.log(`\nThese are the newest ${found.dead_letters.length}; there are more.`)
}

async function requeue(instance: Instance, ids: string[], options: RequeueOptions) {
  const { work, errorClass, before, after, all, dryRun, json, tenant } = options
  const { operations } = instance.composed
  const ctx = await contextFor(instance, 'dead-letters:requeue', tenant)
  const filter = { error_class: errorClass, finished_before: instant(before), finished_after: instant(after) }
  const filtered = Object.values(filter).some((part) => part !== undefined)
  if ([ids.length > 0, filtered, all === true].filter(Boolean).length !== 1)
    throw new Problem(
      invalidRequest,
      'Say which: ids, or a filter (--error-class, --before, --after), or --all; one of the three.',
    )
  const choice = ids.length > 0 ? { ids: ids.map(wholeNumber) } : filtered ? { filter } : { all: true as const }

  const { matched } = await operations.requeueDeadLetters(ctx, work, { ...choice, dry_run: true })
  const many = ids.length === 0 && matched > 1
  let result = { dry_run: true, matched, requeued: 0 }
  if (!dryRun && matched > 0) {
    if (many && !(await confirmed(`Requeue ${matched} dead letters of ${work}?`, options.yes))) {
      console.log('Nothing was changed.')
      return
    }
    const progress = await showProgress({ json: json || matched < shownFrom })
    try {
      result = await operations.requeueDeadLetters(ctx, work, choice, (done, total) =>
        progress.step('requeued', done, total),
      )
    } finally {
      progress.stop()
    }
  } else result.dry_run = dryRun ?? false
  if (json) console.log(JSON.stringify(result))
  else if (matched === 0) console.log(`Nothing to requeue: no dead letter of ${work} fits.`)
  else if (dryRun) console.log(`${matched} dead letters of ${work} would be requeued.`)
  else console.log(`Requeued ${result.requeued} of ${result.matched} dead letters of ${work}.`)
}

/** From so many on, the requeue takes long enough to show how far it is. */
const shownFrom = 10_000

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Problem(invalidRequest, `"${text}" is not a positive whole number.`)
  return Number(text)
}

function instant(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw new Problem(invalidRequest, `"${text}" is not an instant like 2026-11-21T08:00:00Z.`)
  return at.toISOString()
}

/** What came from outside must not command the terminal: control characters are shown, not sent. */
const control = /[\p{Cc}\p{Bidi_Control}]/gu
const printable = (text: string): string =>
  text.replace(control, (found) =>
    found === '\n' || found === '\t' ? found : `\\u${found.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2)
  } catch {
    // What cannot be parsed is often the very reason why it died.
    return payload
  }
}
