/** Sizes of the home page, shared by what is there and what stands in for it, so that nothing jumps. */

export const tileColumns = { base: 1, xs: 2, md: 3, xl: 5 }
export const tileHeight = 156
export const lineHeight = 46
export const firstStepsHeight = 420
