import { differential } from "../../tests/suite/differential.mjs";
import { readPage } from "./parser-only.mjs";
import { start } from "./start.mjs";

await start({ differential: (which) => differential(readPage(), which) });
