// `fetch` alone, the lower bound.
export async function first(baseUrl, { token = () => "bench", count = 20 } = {}) {
  const headers = { authorization: `Bearer ${await token()}` };
  const response = await fetch(`${baseUrl}/GetSmsHistory?count=${count}`, { method: "POST", headers });
  return (await response.json()).result;
}
