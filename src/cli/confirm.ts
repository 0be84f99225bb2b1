/** Asks before something is destroyed; without a terminal the answer must be given with --yes. */
import { confirm, isCancel } from '@clack/prompts'

export async function confirmed(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) throw new Error(`${question} Say so with --yes.`)
  const answer = await confirm({ message: question, initialValue: false })
  return !isCancel(answer) && answer
}
