/** When the old secret of a rotation ends, in hours. */
export const overlaps = [
  { value: '0', label: 'at once' },
  { value: '1', label: 'after an hour' },
  { value: '24', label: 'after a day' },
  { value: '168', label: 'after a week' },
]
