/**
 * What may become a password (NIST SP 800-63B-4, for a password that may be the only factor): 15 to 256 characters of any kind, no
 * demands on what they are, and nothing that is known or would be guessed of this person. The reply tells why.
 */
import { Worker } from 'node:worker_threads'
import { Problem } from '#kernel/errors/index.ts'
import { makeGate } from './gate.ts'
import type { Judged, ToJudge } from './password-judge.ts'
import { busy, passwordTooWeak } from './problems.ts'
import { maxPasswordCharacters, minPasswordCharacters } from './schemas.ts'

/** Words that everybody would try on this product. */
const productWords = ['daytwo', 'day2', 'day-two']
/** What must be left when the person's own words are taken out. */
const minOwnCharacters = 8
const judgeMs = 15_000
const gate = makeGate(1, 30)

/** Throws `people/password-too-weak` at `pointer`, saying why. `context`: the person's name, e-mail address and the like. */
export async function requireGoodPassword(
  password: string,
  context: readonly string[],
  pointer = '#/password',
): Promise<void> {
  const why = shapeFault(password) ?? contextFault(password, wordsOf(context)) ?? (await guessFault(password, context))
  if (why) throw new Problem(passwordTooWeak, why, { errors: [{ pointer, detail: why, code: 'password' }] })
}

function shapeFault(password: string): string | undefined {
  // Code points, so that an emoji is one or a few characters, not their bytes.
  const { length } = [...password.normalize('NFC')]
  if (length < minPasswordCharacters)
    return `It has ${length} character${length === 1 ? '' : 's'}; at least ${minPasswordCharacters} are needed.`
  if (length > maxPasswordCharacters) return `It has ${length} characters; at most ${maxPasswordCharacters} are taken.`
  return undefined
}

const wordsOf = (context: readonly string[]) =>
  [...context.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]), ...productWords]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 3)
    .sort((a, b) => b.length - a.length)

function contextFault(password: string, words: readonly string[]): string | undefined {
  let rest = password.toLowerCase()
  for (const word of words) rest = rest.replaceAll(word, '')
  if (rest.length === password.length) return undefined
  const own = [...rest].filter((character) => /[\p{L}\p{N}\p{S}]/u.test(character)).length
  return own < minOwnCharacters
    ? 'It is made of your name, your e-mail address or the name of this product; others would try these first.'
    : undefined
}

const reasons: Readonly<Record<string, string>> = {
  straightRow: 'It is a row of keys.',
  keyPattern: 'It is a short pattern on the keyboard.',
  simpleRepeat: 'It repeats one character.',
  extendedRepeat: 'It repeats one short piece.',
  sequences: 'It is a sequence such as abc or 4321.',
  recentYears: 'It is built on a year.',
  dates: 'It is built on a date.',
  topTen: 'It is one of the ten most used passwords.',
  topHundred: 'It is one of the hundred most used passwords.',
  common: 'It is on the lists of passwords that are tried first.',
  similarToCommon: 'It is a small change of a password that is on the lists that are tried first.',
  wordByItself: 'It is a single word.',
  userInputs: 'It is made of your name or e-mail address.',
  pwned: 'It is known from a breach.',
}

/**
 * Lists and patterns take 50 MB and up to 30 ms: they are looked at in a thread of its own, whose memory goes with it. New
 * passwords are rare.
 */
async function guessFault(password: string, context: readonly string[]): Promise<string | undefined> {
  const toJudge: ToJudge = { password, words: wordsOf(context) }
  const { good, warning } = await gate.run(() => judge(toJudge))
  return good ? undefined : ((warning && reasons[warning]) ?? 'It would be guessed within hours.')
}

function judge(workerData: ToJudge): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./password-judge.ts', import.meta.url), { workerData })
    const tooLong = setTimeout(() => {
      void worker.terminate()
      reject(new Problem(busy, 'The password could not be judged in time.'))
    }, judgeMs)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      clearTimeout(tooLong)
      reject(new Error('the password was not judged'))
    })
  })
}
