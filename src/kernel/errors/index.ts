export * from './catalogue.ts'
export {
  defineProblem,
  type Fault,
  isRetryable,
  maxFaults,
  Problem,
  type ProblemType,
  problemTypes,
} from './problem.ts'
