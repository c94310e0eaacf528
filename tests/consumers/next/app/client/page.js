"use client";

import { useEffect, useState } from "react";
import { SmsHistoryClient } from "voximplant-sms-history";

const token = async () => (await fetch("/token", { method: "POST" })).text();

export default function Page() {
  const [page, setPage] = useState();
  const [error, setError] = useState();
  useEffect(() => {
    const client = new SmsHistoryClient({ token, baseUrl: `${location.origin}/platform_api` });
    client.getSmsHistory({ count: 20 }).then(setPage, setError);
  }, []);
  if (error) return <p id="shown">failed: {String(error)}</p>;
  if (!page) return <p>…</p>;
  return <p id="shown">{`${page.length} of ${page.totalCount} messages for ${page.totals.cost}`}</p>;
}
