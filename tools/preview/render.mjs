// node render.mjs JOBS.json: draws every job of the list in one browser.
// A job is {dashboard, data, theme, out, width, height, scale, panel, open}: paths of two JSON files, and how to draw
// them. draw.py makes such a list, and has checked that every query has its answer.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ORIGIN, answer } from './files.mjs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const SETTLE_MS = 500; // legends are measured, then plots resized
const AGAIN_MS = 150;
const TRIES = 40;
const LONG_MS = 60_000;
const FLAGS = [
    // No sandbox: it is not to be had in most containers, and the page holds nothing but what files.mjs answers.
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    // The same bytes from the same input: colours and letters as anywhere, and what has moved is drawn anew whole.
    '--font-render-hinting=none',
    '--force-color-profile=srgb',
    '--disable-partial-raster',
    '--disable-checker-imaging',
    '--run-all-compositor-stages-before-draw',
];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** A picture that no longer changes. */
async function still(take) {
    let last = await take();
    for (let i = 0; i < TRIES; i++) {
        await wait(AGAIN_MS);
        const next = await take();
        if (next.equals(last)) return next;
        last = next;
    }
    throw new Error('the page does not come to rest');
}

/** Draws one job; what is wrong with it goes to `complain`. */
async function draw(browser, job, complain) {
    const { width, scale } = job;
    const page = await browser.newPage({
        viewport: { width, height: job.height ?? 900 },
        deviceScaleFactor: scale,
        timezoneId: 'UTC',
        locale: 'en-US',
        reducedMotion: 'reduce',
    });
    page.setDefaultTimeout(LONG_MS);
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complain(m.text()));
    page.on('pageerror', (e) => complain(e.stack ?? e.message));
    await page.route('**/*', (route) => answer(route, complain));
    const given = {
        dashboard: read(job.dashboard),
        answers: read(job.data),
        theme: job.theme,
        width,
        open: job.open,
    };
    await page.addInitScript((v) => {
        window.__PREVIEW__ = v;
    }, given);
    await page.goto(ORIGIN, { waitUntil: 'load' });
    await page.waitForSelector('#grid');
    // The whole page must be in view: what lies below it measures as hidden.
    const height = await page.evaluate(() => document.getElementById('root').scrollHeight);
    await page.setViewportSize({ width, height });
    await page.waitForFunction(() => document.querySelectorAll('[data-waiting]').length === 0);
    await page.waitForLoadState('networkidle'); // icons
    await wait(SETTLE_MS);
    const clip = job.height ? { x: 0, y: 0, width, height: job.height } : undefined;
    const one = job.panel != null && page.locator(`[data-panel="${job.panel}"]`);
    writeFileSync(job.out, await still(() => (one ? one.screenshot() : page.screenshot({ fullPage: !clip, clip }))));
    await page.close();
}

const jobs = read(process.argv[2]);
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: FLAGS,
});
let faults = 0;
try {
    for (const job of jobs) {
        const complain = (text) => {
            faults += 1;
            console.error(`${job.out}: ${text.slice(0, 1500)}`);
        };
        await draw(browser, job, complain).catch((error) => complain(error.stack));
        console.log(job.out);
    }
} finally {
    await browser.close();
}
process.exitCode = faults ? 2 : 0;
