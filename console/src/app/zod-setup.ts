/** Zod without generated code: the content security policy forbids `new Function`, even to try it. */
import { config } from 'zod'

config({ jitless: true })
