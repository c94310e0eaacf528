/**
 * The entry in every engine. Programs get jobs on the command line and print the results. In browsers, the page calls the
 * jobs.
 * @param {Record<string, (job: any) => unknown>} jobs
 */
export async function start(jobs) {
  const run = async (job) => jobs[job.kind](job);
  if (typeof document === "undefined") {
    const asked = JSON.parse(globalThis.Deno ? globalThis.Deno.args[0] : process.argv[2]);
    const done = [];
    for (const job of asked) done.push(await run(job));
    console.log(JSON.stringify(done));
  } else {
    globalThis.benchRun = run;
  }
}
