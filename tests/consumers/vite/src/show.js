/** Reads a page with tokens of this origin, and shows what it has. */
export async function show(SmsHistoryClient) {
  const token = async () => (await fetch("/token", { method: "POST" })).text();
  const client = new SmsHistoryClient({ token, baseUrl: `${location.origin}/platform_api` });
  try {
    const page = await client.getSmsHistory({ count: 20 });
    document.body.textContent = `${page.length} of ${page.totalCount} messages for ${page.totals.cost}`;
  } catch (error) {
    document.body.textContent = `failed: ${error}`;
  }
}
