/** Heights that the page and its skeleton have in common, in pixels. */
export const plotHeight = 208
/** Three figures above a plot. */
export const figuresHeight = 100
/** What is to be said of the answer, in one line. */
export const warningsHeight = 54
