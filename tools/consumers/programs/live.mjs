// Opens the live page of the repository named by the second argument in the Chromium named by the first,
// presses every button, moves every slider by the keyboard, and looks whether the law holds.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [executablePath, repository] = process.argv.slice(2);
const main = join(repository, "packages/examples/dist/live/main.js");
const server = spawn(process.execPath, [main, "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
// Root, as in a container, has no sandbox.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args });
try {
  const [line] = await once(server.stdout, "data");
  const [url] = /http:\S+/.exec(String(line));
  await pressAll(url);
  await lookAt(url);
  console.log("ok");
} finally {
  await browser.close();
  server.kill();
}

/** A page, with what went wrong there. */
async function open(url, options = {}) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(30_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error));
  page.on("console", (message) => faults.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) {
      faults.push(`asks for ${request.url()}`);
    }
  });
  await page.goto(url);
  await page.getByText("it has held").waitFor();
  const button = (name) => page.getByRole("button", { name, exact: true });
  return {
    page,
    faults,
    button,
    /** Presses a button; in the log stands what came of it. */
    async press(name, outcome) {
      await button(name).click();
      await page.getByRole("log").getByText(outcome).first().waitFor();
    },
    async slide(name, value) {
      await page.getByRole("slider", { name }).fill(String(value));
    },
    async counter(name) {
      const text = await page.locator("#equation").innerText();
      return Number(new RegExp(`([\\d,]+)\\s+${name}`).exec(text)[1].replaceAll(",", ""));
    },
  };
}

async function pressAll(url) {
  const { page, faults, button, press, slide, counter } = await open(url);
  const became = (text) =>
    page.waitForFunction((it) => document.querySelector("#state").textContent === it, text);
  await slide("Job time", 20);
  await slide("Failures", 0);
  await slide("Rate", 0);
  await press("idle", "idle nothing waits");

  await press("queue", /^queue job \d+ is accepted/);
  await press("tryQueue", /^tryQueue true/);
  await press("submit", /^submit gave \d+/);
  await press("trySubmit", /^trySubmit gave \d+/);
  await press("map", /^map gave \d+(, \d+){4}/);
  await press("idle", "idle nothing waits");
  await page.getByLabel("Read results as they come").uncheck();
  await press("tryRetrieve", /^tryRetrieve nothing now/);
  await press("retrieve", /^retrieve waits/);
  await press("queue", /^retrieve job \d+ was fulfilled/);

  await press("pause", /^pause no job starts/);
  await became("open, paused");
  await press("resume", /^resume jobs start/);
  await became("open");
  await press("resize +1", "resize +1 the size is 5");
  await page
    .getByRole("listitem")
    .filter({ has: button("abort what worker 4 runs") })
    .waitFor();
  assert.equal(await page.getByRole("slider", { name: "Workers" }).inputValue(), "5");
  await press("resize −1", "resize −1 the size is 4");
  await button("abort what worker 4 runs").waitFor({ state: "detached" });

  // A job that takes long is aborted by its lane's button, which is pressed by the keyboard.
  await button("New pool").click();
  await page.getByText(/^0 failed/).waitFor();
  await slide("Job time", 5000);
  await button("queue").click();
  const abort = page.getByRole("button", { name: /^abort what worker/, disabled: false }).first();
  await abort.focus();
  await page.keyboard.press("Enter");
  await page.getByText(/^1 failed/).waitFor();

  // Sliders go by the keyboard, and say what they mean.
  const rate = page.getByRole("slider", { name: "Rate" });
  await rate.focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await rate.getAttribute("aria-valuetext"), "1 orders a second");
  await rate.fill("0");

  const ends = { close: /^close the pool has terminated/, stop: /^stop \d+ jobs? skipped/ };
  ends.shutdown = /^shutdown \d+ jobs? skipped, \d+ results? unread/;
  ends.abort = /^abort \d+ jobs? skipped/;
  for (const [verb, outcome] of Object.entries(ends)) {
    await slide("Job time", 20);
    await slide("Workers", 1);
    await slide("Queue", verb === "stop" ? 0 : 5);
    await button("New pool").click();
    await became("open");
    await press("queue", /^queue job 1 is accepted/);
    if (verb === "stop") await page.getByLabel("0 wait, there are 0 places").waitFor();
    await press(verb, outcome);
    await became("terminated");
    await press("queue", /^queue PoolClosedError: the pool takes no more/);
    assert.equal(await counter("accepted"), 1);
  }

  // It holds while much happens.
  await button("New pool").click();
  await slide("Rate", 40);
  await slide("Failures", 50);
  await slide("Workers", 8);
  await page.getByLabel("Read results as they come").check();
  await page.waitForFunction(() => {
    const [, retrieved] = /([\d,]+)\s+retrieved/.exec(
      document.querySelector("#equation").textContent,
    );
    return Number(retrieved.replaceAll(",", "")) > 100;
  });
  assert.match(
    await page.locator("#law-note").textContent(),
    /✓ it has held; checked [\d,]+ times/,
  );
  assert.equal(await page.locator(".law.broken").count(), 0);
  assert.deepEqual(faults, []);
  await page.close();
}

/** It fits, in each width and theme; and everything that can be used has a name. */
async function lookAt(url) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      const viewport = { width, height: 800 };
      const { page, faults } = await open(url, { viewport, colorScheme, reducedMotion: "reduce" });
      const found = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        page: getComputedStyle(document.body).backgroundColor,
        ink: getComputedStyle(document.body).color,
        unnamed: [...document.querySelectorAll("button, input")].filter(
          (it) => !it.labels?.length && it.textContent === "" && !it.hasAttribute("aria-label"),
        ).length,
      }));
      assert.ok(found.width <= width, `${found.width} pixels do not fit into ${width}`);
      assert.equal(found.unnamed, 0);
      const light = (colour) => /\d+/.exec(colour)[0] > 127;
      assert.deepEqual(
        [light(found.page), light(found.ink)],
        [colorScheme === "light", colorScheme === "dark"],
      );
      await page.keyboard.press("Tab");
      assert.equal(
        await page.evaluate(() => document.activeElement.textContent),
        "To the controls",
      );
      assert.deepEqual(faults, []);
      await page.close();
    }
  }
}
