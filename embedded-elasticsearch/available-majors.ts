import { dockerAnswers } from "./docker-elasticsearch.ts";
import { findJdk } from "./find-jdk.ts";
import { findGivenCluster } from "./given-cluster.ts";
import { needsJdk } from "./missing-jdk.ts";
import { majors, supportedVersions, type Major } from "./versions.ts";

/** Tells if `startElasticsearch` can start a major version. If not, it has the reason as a sentence. */
type Availability =
  | { readonly major: Major; readonly runs: true }
  | { readonly major: Major; readonly runs: false; readonly why: string };

/**
 * Checks for each supported major version if it can run here. Starts and fetches nothing.
 *
 * @throws StartFailure if the cluster at `ELASTICSEARCH_URL` does not answer
 */
export async function availableMajors(env: NodeJS.ProcessEnv = process.env): Promise<Availability[]> {
  const given = await findGivenCluster(env);
  if (given !== undefined) {
    const why = `ELASTICSEARCH_URL names Elasticsearch ${given.version}.`;
    return majors.map((major) => (major === given.major ? { major, runs: true } : { major, runs: false, why }));
  }
  const docker = await dockerAnswers(env);
  return Promise.all(
    majors.map(async (major): Promise<Availability> => {
      const runs = docker || (await findJdk(supportedVersions[major].minimumJdk, { env })) !== undefined;
      return runs ? { major, runs } : { major, runs, why: `${needsJdk({ major, secured: false })}.` };
    }),
  );
}
