/** Sign-in without proof, for demonstrations on this machine. */
import type { Reader } from "./authorize.js";
import { cookie, readCookie } from "./cookies.js";
import { redirect } from "./refusal.js";
import { type Env, isLoopback, isOn, SettingsError } from "./settings.js";

const COOKIE = "demo-role";
const SECONDS = 24 * 60 * 60;

export function isDemo(env: Env): boolean {
  return isOn("DEMO_SIGN_IN", env.DEMO_SIGN_IN);
}

export async function readDemoIdentity(request: Request, env: Env): Promise<Reader | undefined> {
  isDemo(env);
  requireLoopback(request);
  return reader(readCookie(request, COOKIE));
}

/** `POST /auth/demo/<role>`, with the path to return to. */
export async function signInToDemo(request: Request, role: string): Promise<Response> {
  requireLoopback(request);
  if (!reader(role)) return new Response(null, { status: 404 });
  const back = new URLSearchParams(await request.text()).get("back");
  // With the origin, because a path such as //other.example alone would lead to another host.
  const target = back?.startsWith("/") ? new URL(request.url).origin + back : "/";
  return redirect(target, cookie(request, COOKIE, role, SECONDS));
}

export function signOutOfDemo(request: Request): Response {
  return redirect("/", cookie(request, COOKIE, "", 0));
}

function reader(role: string | undefined): Reader | undefined {
  return role === "reader" || role === "masked" ? { role, name: "demo", id: "demo" } : undefined;
}

/** Cloudflare adds CF-Ray to every request, and clients cannot remove it. So no deployed Worker passes this check. */
function requireLoopback(request: Request): void {
  if (!isLoopback(new URL(request.url).hostname) || request.headers.has("CF-Ray")) {
    throw new SettingsError("DEMO_SIGN_IN: expected a loopback address, got another; remove this setting");
  }
}
