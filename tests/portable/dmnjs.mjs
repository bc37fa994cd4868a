// node dmnjs.mjs MODEL [--picture FILE.png]
// Opens the model in dmn-js, the viewer most people have: no import warning, the diagram draws, and
// every decision opens with as many rows as the file has; of a boxed context, which dmn-js has no
// view for, the box in the diagram is enough. dmn-js needs a browser; where Chromium is
// not installed this says `skipped` and exits 0.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import DmnModdle from 'dmn-moddle';
import { chromium } from 'playwright-core';

const BROWSER = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const [model, option, picture] = process.argv.slice(2);
if (!model || (option && (option !== '--picture' || !picture))) {
  console.error('usage: node dmnjs.mjs MODEL [--picture FILE.png]');
  process.exit(2);
}
if (!fs.existsSync(BROWSER)) {
  console.log('skipped: chromium is not installed');
  process.exit(77);
}

const text = fs.readFileSync(model, 'utf8');
const { rootElement } = await new DmnModdle().fromXML(text);
const expected = {};
for (const e of rootElement.drgElement)
  if (e.$type === 'dmn:Decision' && e.decisionLogic?.$type !== 'dmn:Context') expected[e.id] = e.decisionLogic?.rule?.length ?? null;

const dist = path.join(path.dirname(createRequire(import.meta.url).resolve('dmn-js/package.json')), 'dist');
const read = (name) => fs.readFileSync(path.join(dist, name), 'utf8');
const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
let failures = [], opened = 0;
try {
  const page = await browser.newPage({ viewport: { width: 2400, height: 1600 } });
  page.on('pageerror', (error) => failures.push(`page error: ${error.message}`));
  await page.setContent('<!doctype html><div id="canvas" style="width:2400px;height:1600px"></div>');
  for (const css of ['diagram-js.css', 'dmn-js-shared.css', 'dmn-js-drd.css', 'dmn-js-decision-table.css', 'dmn-js-literal-expression.css'])
    await page.addStyleTag({ content: read(`assets/${css}`) });
  await page.addScriptTag({ content: read('dmn-navigated-viewer.production.min.js') });
  const views = await page.evaluate(async (xml) => {
    window.viewer = new window.DmnJS({ container: '#canvas' });
    const { warnings } = await window.viewer.importXML(xml, { open: false });
    return {
      warnings: warnings.map((w) => w.message),
      list: window.viewer.getViews().map((v) => ({ id: v.element.id, type: v.type })),
    };
  }, text);
  failures.push(...views.warnings.map((w) => `import warning: ${w}`));
  const shown = new Set(views.list.map((v) => v.id));
  for (const id in expected) if (!shown.has(id)) failures.push(`no view for decision "${id}"`);
  for (const view of views.list) {
    const result = await page.evaluate(async (id) => {
      const v = window.viewer.getViews().find((one) => one.element.id === id);
      const { warnings } = await window.viewer.open(v);
      return {
        warnings: warnings.map((w) => w.message),
        rows: document.querySelectorAll('.tjs-table tbody tr').length,
        shapes: document.querySelectorAll('.djs-shape').length,
        edges: document.querySelectorAll('.djs-connection').length,
      };
    }, view.id);
    opened++;
    failures.push(...result.warnings.map((w) => `${view.id}: ${w}`));
    if (view.type === 'drd') {
      const want = rootElement.dmnDI.diagrams[0].diagramElements;
      const boxes = want.filter((e) => e.$type === 'dmndi:DMNShape').length;
      if (result.shapes !== boxes) failures.push(`diagram: ${result.shapes} boxes drawn of ${boxes}`);
      if (result.edges !== want.length - boxes) failures.push(`diagram: ${result.edges} lines drawn of ${want.length - boxes}`);
      if (picture) {
        await page.evaluate(() => window.viewer.getActiveViewer().get('canvas').zoom('fit-viewport'));
        await page.screenshot({ path: picture });
      }
    } else if (Number.isInteger(expected[view.id]) && result.rows !== expected[view.id])
      failures.push(`${view.id}: ${result.rows} rows shown of ${expected[view.id]}`);
  }
} finally {
  await browser.close();
}
for (const f of failures) console.log(f);
console.log(`${opened} views opened, ${failures.length} failed`);
if (failures.length || opened < 1) process.exit(1);
