import type { JobStatus } from "../../jobs/job-states.ts";
import type { ConnectorState, JobType } from "../../jobs/ports.ts";

// Words that are stored as the domain has them. The compiler says when the domain gets another one.

/** The states of connectors. */
export const stateWords = wordsOf<ConnectorState>({
  created: true,
  needs_configuration: true,
  configured: true,
  connected: true,
  error: true,
});

/** The statuses of jobs. */
export const statusWords = wordsOf<JobStatus>({
  pending: true,
  in_progress: true,
  suspended: true,
  canceling: true,
  completed: true,
  error: true,
  canceled: true,
});

/** The types of jobs. */
export const typeWords = wordsOf<JobType>({ full: true, incremental: true, access_control: true });

function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words).filter((word): word is Word => word in words);
}
