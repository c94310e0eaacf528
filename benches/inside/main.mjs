import { jobs } from "./jobs.mjs";
import { start } from "./start.mjs";

await start(jobs);
