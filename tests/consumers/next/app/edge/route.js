import { read } from "../read.js";

export const runtime = "edge";

export async function GET() {
  return new Response(await read(process.env));
}
