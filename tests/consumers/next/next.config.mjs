/** Only how it is deployed: with the files that Next.js itself has traced, as at Vercel. */
export default { output: "standalone" };
