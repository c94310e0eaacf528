/** Cookies that scripts cannot read. */

/** Browsers accept the prefix `__Host-` only for https, so that no other host and no plain http can set such a cookie. */
function fullName(url: URL, name: string): string {
  return url.protocol === "https:" ? `__Host-${name}` : name;
}

export function readCookie(request: Request, name: string): string | undefined {
  const wanted = `${fullName(new URL(request.url), name)}=`;
  const pairs = (request.headers.get("Cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

/** @param seconds the lifetime; 0 removes the cookie */
export function cookie(request: Request, name: string, value: string, seconds: number): string {
  const url = new URL(request.url);
  const secure = url.protocol === "https:" ? "; Secure" : "";
  // Lax: the browser sends it when the sign-in service leads back to the page, but not with requests of other pages.
  return `${fullName(url, name)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}
