/** A thread that judges one password against lists of known ones, word lists and patterns, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

export type ToJudge = { readonly password: string; readonly words: readonly string[] }
/** `warning` is zxcvbn's name of the reason. */
export type Judged = { readonly good: boolean; readonly warning: string | null }

/** Guesses in powers of ten, beyond which a stolen hash holds for years: zxcvbn's third of four steps. */
const leastScore = 3
/** The time grows with the square of the length, and what is weak is so from its beginning. */
const judgedCharacters = 64

const { password, words } = workerData as ToJudge
const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
const { score, feedback } = zxcvbn.check([...password].slice(0, judgedCharacters).join(''), [...words])
parentPort!.postMessage({ good: score >= leastScore, warning: feedback.warning ?? null } satisfies Judged)
