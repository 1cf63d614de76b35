"use client";
// Threads in a page of Next.js, as docs/cpu-bound.md says: they are made in an effect, so never on the server.

import { useEffect } from "react";
import { Threads } from "@chankit/threads";

import { check } from "../../threads.checks.mjs";

export default function Page() {
  useEffect(() => {
    const threads = new Threads(
      () => new Worker(new URL("../../threads.tasks.mjs", import.meta.url), { type: "module" }),
      { size: 2 },
    );
    check(threads, { hasExit: false }).then(
      () => console.log("ok"),
      (error) => console.log(error.stack),
    );
  }, []);
  return null;
}
