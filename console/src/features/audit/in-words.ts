/** An action's name as people read it. Pure. */
import { capitalize, humanize } from '~/ui/format.ts'

/** `settings.changed` → `Settings changed`. */
export const actionInWords = (action: string): string => capitalize(humanize(action.replaceAll('.', ' ')))
