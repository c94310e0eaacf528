// The examples as TypeScript sees them: with the types that the installed package has.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folder } from "../suite/environment.mjs";

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
const TYPES = fileURLToPath(new URL("../node_modules/@types", import.meta.url));

/** The sign-in check that an example leaves to its reader. */
const LOGIN = "export declare function isSignedIn(request: unknown, env?: unknown): Promise<boolean>;";

/** What pages may have, and TypeScript does not know. docs/exports.md tells its readers to declare it. */
export const GLOBALS = `interface Window {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}`;

/**
 * Rejects with what the compiler says, if it says anything.
 * @param {string[]} codes
 */
export async function checkTypes(codes) {
  const path = mkdtempSync(join(folder, "types-"));
  try {
    const compilerOptions = {
      target: "es2022",
      module: "nodenext",
      lib: ["es2023", "dom", "dom.iterable"],
      types: ["node"],
      typeRoots: [TYPES],
      allowJs: true,
      checkJs: true,
      strict: true,
      // Plain JavaScript says nothing of its parameters.
      noImplicitAny: false,
      noEmit: true,
    };
    writeFileSync(
      join(path, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["*/example.js", "globals.d.ts"] }),
    );
    for (const [at, code] of codes.entries()) {
      mkdirSync(join(path, `${at}`));
      writeFileSync(join(path, `${at}/example.js`), code);
      writeFileSync(join(path, `${at}/login.d.ts`), LOGIN);
    }
    writeFileSync(join(path, "globals.d.ts"), GLOBALS);
    await promisify(execFile)(process.execPath, [TSC, "--project", path]).catch(({ stdout, message }) => {
      throw new Error(stdout || message);
    });
  } finally {
    rmSync(path, { recursive: true });
  }
}
