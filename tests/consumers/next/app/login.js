import { cookies } from "next/headers";

/** The sign-in check that the recipe leaves to its reader. */
export async function isSignedIn() {
  return (await cookies()).get("session")?.value !== "none";
}
