/** Places in a receipt's facts: by when the deployment finished, its id, and the change's sha where facts are changes. */
import { cursorsOf, type Place } from '#kernel/cursor/index.ts'

const digits = /[0-9]{1,16}/

/** Microseconds since 1970 and the deployment's id; the sha is empty where facts are deployments. */
export type FactPlace = Place<'micros' | 'id' | 'sha'>
export const factCursors = cursorsOf({ micros: digits, id: digits, sha: /[0-9a-zA-Z._-]{0,100}/ })
