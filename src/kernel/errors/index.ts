export * from './catalogue.ts'
export {
  defineProblem,
  type Fault,
  isRetryable,
  Problem,
  type ProblemType,
  problemTypes,
} from './problem.ts'
