// Which file on disk answers an address that the page asks for. Nothing listens on a port, nothing else is answered.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ORIGIN = 'http://preview.invalid/';

const here = dirname(fileURLToPath(import.meta.url));
const installed = (path) => join(here, '..', 'node_modules', path); // the cache holds the page below its packages
const PAGE = { '': 'page.html', 'main.js': 'out/main.js', 'main.css': 'out/main.css' };
const ICON = /^public\/build\/img\/icons\/(.+\.svg)$/;
// Grafana's packages name their fonts and do not hold them.
const FONTS = [
    ['public/fonts/inter/Inter-Regular.woff2', '@fontsource/inter/files/inter-latin-400-normal.woff2'],
    ['public/fonts/inter/Inter-Medium.woff2', '@fontsource/inter/files/inter-latin-500-normal.woff2'],
    ['public/fonts/roboto/', '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2'],
];
const TYPES = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.woff2': 'font/woff2',
};

/** The file for an address below ORIGIN, or undefined. */
function locate(path) {
    if (Object.hasOwn(PAGE, path)) return join(here, PAGE[path]);
    const icon = ICON.exec(path);
    if (icon) return installed(join('@grafana/ui/dist/public/img/icons', normalize('/' + icon[1])));
    const font = FONTS.find(([start]) => path.startsWith(start));
    return font && installed(font[1]);
}

/** Answers a request of the page, or refuses it and says so. */
export async function answer(route, complain) {
    const url = route.request().url();
    const file = url.startsWith(ORIGIN) ? locate(decodeURIComponent(new URL(url).pathname.slice(1))) : undefined;
    if (file && existsSync(file)) {
        return route.fulfill({
            body: readFileSync(file),
            contentType: TYPES[extname(file)] ?? 'application/octet-stream',
        });
    }
    complain(`the page asked for ${url.slice(0, 200)}, which is not there`);
    return route.abort();
}
