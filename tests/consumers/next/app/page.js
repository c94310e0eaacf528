import { connection } from "next/server";
import { read } from "./read.js";

export default async function Page() {
  await connection();
  return <p id="shown">{await read(process.env)}</p>;
}
