// The baseline that one would write with ky and zod: validated rows, retries, a timeout.
import ky from "ky";
import * as z from "zod";

const number = z.coerce.number().nullish();
const text = z.coerce.string().nullish();
const Page = z.object({
  result: z.array(
    z.object({
      message_id: number,
      source_number: text,
      destination_number: text,
      direction: text,
      fragments: number,
      cost: number,
      status_id: text,
      error_message: text,
      processed_date: z
        .string()
        .transform((date) => new Date(`${date.replace(" ", "T")}Z`))
        .nullish(),
      transaction_id: number,
      text,
    }),
  ),
  total_count: z.number(),
});

export async function first(baseUrl, { token = () => "bench", count = 20 } = {}) {
  const response = await ky.post(`${baseUrl}/GetSmsHistory`, {
    headers: { authorization: `Bearer ${await token()}` },
    searchParams: { count },
    retry: { limit: 3, methods: ["post"] },
    timeout: 30_000,
  });
  return Page.parse(await response.json()).result;
}
