// The pages in Debian's Chromium, as people meet them: each demonstration role signs in; the five
// questions of the first ten minutes are answered from what stands on the page; what a role may not
// open is refused; every page is whole without JavaScript and without a violation that axe-core
// finds (WCAG 2.2 AA). usage: node browser.mjs BUILD [--all] [--shots FOLDER]
//   --all    every role, page, language, dark and phone width (make test-long)
//   --shots  writes the screenshots of the README
import {spawn} from 'node:child_process';
import {createHmac} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const build = resolve(process.argv[2]);
const isAll = process.argv.includes('--all');
const shots = process.argv.includes('--shots') ? resolve(process.argv[process.argv.indexOf('--shots') + 1]) : null;
const axe = readFileSync(join(root, 'tests/web/node_modules/axe-core/axe.min.js'), 'utf8');
let passed = 0, failed = 0;
function check(is, what) {
  if (is) { passed++; return; }
  failed++;
  console.log(`FAILED ${what}`);
}

// ---- the server ----------------------------------------------------------------------------------
const freePort = () => new Promise(done => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const {port} = probe.address();
    probe.close(() => done(port));
  });
});
const demo = mkdtempSync(join(tmpdir(), 'habeas-pages-'));
const base = `http://127.0.0.1:${await freePort()}`;
const server = spawn(join(root, 'tools/serve.sh'), [build, base.slice(7)],
                     {cwd: root, env: {...process.env, DEMO: join(demo, 'demo')}, stdio: ['ignore', 'pipe', 'pipe']});
let said = '';
server.stdout.on('data', text => { said += text; });
server.stderr.on('data', text => { said += text; });
async function started() {
  for (let i = 0; i < 1200; i++) {
    if (said.includes('the password of all of them')) return;
    if (server.exitCode !== null) break;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error(`the server did not start:\n${said}`);
}

// ---- signing in ----------------------------------------------------------------------------------
const secretOf = name => said.split('\n').map(line => line.trim().split(/\s+/)).find(words => words[0] === name)[2];
function code(secret) {  // RFC 6238, 30 seconds, six digits
  const bits = [...secret].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac('sha1', key).update(time).digest(), at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', `--unsafely-treat-insecure-origin-as-secure=${base}`],
});

async function open(options = {}) {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, javaScriptEnabled: false, ...options});
  const page = await context.newPage();
  page.on('request', request => check(request.url().startsWith(base), `nothing of a third party is asked for: ${request.url()}`));
  return page;
}
const signedIn = new Map();  // a code counts once, so each account signs in once and is then remembered
// The forms as a browser without pages sends them, for the roles whose typing another has done.
async function sendSignIn(name) {
  const cookies = new Map();
  const ask = async (path, fields) => {
    const answer = await fetch(base + path, {redirect: 'manual', method: fields ? 'POST' : 'GET', body: fields && new URLSearchParams(fields),
                                             headers: {cookie: [...cookies].map(one => one.join('=')).join('; ')}});
    for (const line of answer.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(key, value);
    }
    return /name="form" value="([^"]+)"/.exec(await answer.text())?.[1];
  };
  const form = await ask('/en/sign-in');
  await ask('/en/sign-in', {form, name, password: 'demonstration only'});
  await ask('/en/sign-in/code', {form: await ask('/en/sign-in/code'), code: code(secretOf(name))});
  const {hostname} = new URL(base);
  signedIn.set(name, {origins: [], cookies: [...cookies].filter(one => one[1]).map(([key, value]) =>
    ({name: key, value, domain: hostname, path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict'}))});
}
async function signIn(name, options) {
  if (!isAll && !signedIn.has(name) && signedIn.size > 1) await sendSignIn(name);
  const page = await open({...options, storageState: signedIn.get(name)});
  if (signedIn.has(name)) {
    await page.goto(`${base}/en/`);
    check(!page.url().includes('sign-in'), `${name} is signed in`);
    return page;
  }
  await page.goto(`${base}/en/sign-in`);
  await page.fill('#name', name);
  await page.fill('#password', 'demonstration only');
  await page.click('main button[type=submit]');
  await page.fill('#code', code(secretOf(name)));
  await page.click('main button[type=submit]');
  check(!page.url().includes('sign-in'), `${name} signs in`);
  signedIn.set(name, await page.context().storageState());
  return page;
}

// ---- what every page is --------------------------------------------------------------------------
// axe runs on a copy at the same site with scripts on: the pages themselves are opened without.
let looking = null, scheme = 'light';
async function accessible(page, what) {
  looking ??= await (await browser.newContext({bypassCSP: true, reducedMotion: 'reduce'})).newPage();
  await looking.emulateMedia({colorScheme: scheme});
  const size = page.viewportSize();
  await looking.setViewportSize(size);
  const body = await page.content();
  await looking.goto(`${base}/assets/none`);  // a site's page without styles: a new one each time, and what is cached stays so
  await looking.setContent(body, {waitUntil: 'load'});
  await looking.evaluate(axe);
  if (!isAll) await looking.evaluate(setAside, 6);
  const found = await looking.evaluate(() => globalThis.axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  check(found.violations.length === 0,
        `${what}: ${found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`).join('; ')}`);
  const ids = await looking.evaluate(() => {
    for (const [mark, e] of globalThis.asideOf ?? []) mark.replaceWith(e);
    return [...document.querySelectorAll('[id]')].map(e => e.id);
  });
  check(new Set(ids).size === ids.length, `${what}: each id stands once`);
}
// What axe need not read again: of neighbours that are alike but for their letters (rows of a table,
// items of a list) all but the first `most`. Put back once it has read the rest; --all reads all.
function setAside(most) {
  const like = e => [e.localName, ...[...e.attributes].map(a => ['class', 'role', 'scope', 'lang', 'type', 'colspan'].includes(a.name) ? a.name + a.value : a.name)]
    .join() + `(${[...e.childNodes].map(c => c.nodeType === 1 ? like(c) : c.nodeType === 3 && c.data.trim() ? 't' : '').join('')})`;
  globalThis.asideOf = [];
  for (const all of document.querySelectorAll('tbody,ol,ul,dl')) {
    const seen = new Map();
    for (const e of [...all.children]) {
      const key = like(e), n = (seen.get(key) ?? 0) + 1;
      seen.set(key, n);
      if (n <= most) continue;
      const mark = document.createComment('');
      e.replaceWith(mark);
      globalThis.asideOf.push([mark, e]);
    }
  }
}
// The copy of the page that axe has just read, by keyboard alone: each stop is the next one in the
// order of the document, can be seen, is marked, and is at least 24 pixels high.
async function keyboard(what, most) {
  const stops = await looking.evaluate(() => {
    const all = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')]
      .filter(e => e.checkVisibility());
    all.forEach((e, i) => { e.dataset.stop = i; });
    document.activeElement.blur();
    window.scrollTo(0, 0);
    return all.length;
  });
  check(stops > 5, `${what}: there is something to reach`);
  for (let i = 0; i < Math.min(stops, most); i++) {
    await looking.keyboard.press('Tab');
    const at = await looking.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
      return {stop: Number(e.dataset.stop ?? -1), what: e.outerHTML.slice(0, 90),
              isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
              isSeen: box.bottom > 0 && box.top < innerHeight && box.width > 0, high: box.height};
    });
    check(at.stop === i && at.isMarked && at.isSeen && at.high >= 20, `${what}: stop ${i} of ${stops}: ${JSON.stringify(at)}`);
    if (at.stop !== i) return;
  }
}

// The same copy on a narrow phone, at twice the size, in forced colours and on paper.
async function otherForms(what) {
  for (const width of [320, 600]) {  // 1200 at 200 %
    await looking.setViewportSize({width, height: 800});
    const wide = await looking.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 1, `${what}: at ${width} pixels nothing stands outside the page: ${wide}`);
  }
  await looking.setViewportSize({width: 1200, height: 900});
  await looking.emulateMedia({forcedColors: 'active'});
  const bare = await looking.evaluate(() => [...document.querySelectorAll('.hb-mark,.verdict')].filter(e =>
    getComputedStyle(e).borderTopStyle === 'none' || parseFloat(getComputedStyle(e).borderTopWidth) < 2).length);
  check(bare === 0, `${what}: every verdict keeps its edge in forced colours`);
  await looking.emulateMedia({forcedColors: 'none', media: 'print'});
  const paper = await looking.evaluate(() => {
    const shown = sel => [...document.querySelectorAll(sel)].some(e => e.checkVisibility());
    const ink = e => getComputedStyle(e).color + getComputedStyle(e).backgroundColor;
    const marks = [...document.querySelectorAll('.hb-mark,.verdict')];
    return {acts: shown('nav.hb-nav,.hb-bar__acts,.hb-summary,form.usa-form'), strip: shown('.hb-strip'),
            stale: document.querySelector('.hb-stale') === null || shown('.hb-stale'),
            black: marks.every(e => ink(e) === 'rgb(0, 0, 0)rgb(255, 255, 255)')};
  });
  check(!paper.acts && paper.strip && paper.stale && paper.black, `${what}: on paper: ${JSON.stringify(paper)}`);
  await looking.emulateMedia({media: 'screen'});
}

const BANNED = /\b(approv|cleared\b|eligible|authori[sz]ed to|safe to|OK to)|\b(aprobad|autorizad|apt[oa]s?\b|habilitad|visto bueno)/i;
async function whole(page, what) {
  check(await page.locator('h1').count() === 1, `${what}: one h1`);
  check((await page.locator('html').getAttribute('lang')) !== null, `${what}: a language`);
  const words = await page.locator('main').innerText();
  // Quoted law and statements keep their own words.
  const quoted = await page.locator('main [lang], main q, main code, main pre, main cite').allInnerTexts();
  const own = quoted.reduce((text, part) => part.trim() ? text.split(part).join(' ') : text, words);
  const hit = BANNED.exec(own);
  check(hit === null || what.includes('rulebook') || what.includes('people'), `${what}: no word says "go": ${hit && own.slice(Math.max(0, hit.index - 40), hit.index + 40)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth).catch(() => 0);
  check(wide <= 1, `${what}: nothing stands outside the page`);
}
async function visit(page, path, wanted = 200) {
  const answer = await page.goto(base + path);
  check(answer.status() === wanted, `${path}: ${answer.status()} instead of ${wanted}`);
  return answer.status() === 200;
}

// ---- the five questions --------------------------------------------------------------------------
async function firstTenMinutes() {
  const clerk = await signIn('clerk');
  check(clerk.url().endsWith('/lists'), 'a clerk begins at the lists');
  await clerk.click('main h2 a');
  const first = clerk.locator('table.hb-list tbody tr').first();
  check((await first.innerText()).includes('BARRED'), 'the worst comes first, with its verdict');
  check(/[a-z]+-[a-z]+/.test(await first.locator('code').first().innerText()), 'and the rule that bars');
  if (shots) await clerk.screenshot({path: join(shots, 'list.png')});
  await whole(clerk, 'list');
  await accessible(clerk, 'list');
  await keyboard('list', 40);
  await otherForms('list');
  const options = await clerk.locator('#verdict option').allInnerTexts();
  check(options.length === 3 && !options.join().includes('NO BAR FOUND'), `no part of a list is asked by NO BAR FOUND: ${options}`);
  const of = clerk.url(), wholeList = await clerk.locator('table.hb-list tbody tr').count();
  await clerk.fill('#id', 'P-001');
  await clerk.click('form.hb-filter button');
  check(await clerk.locator('table.hb-list tbody tr').count() === 1, 'a person is found by id');
  await clerk.goto(`${of}?verdict=NO_BAR_FOUND`);
  check(await clerk.locator('table.hb-list tbody tr').count() === wholeList, 'asked by NO BAR FOUND the list stays whole');
  await visit(clerk, '/en/people/P-001');
  check((await clerk.locator('.hb-stale').innerText()).includes('STALE'), 'verdicts of an earlier day say so first');
  await clerk.locator('ol.grounds a', {hasText: 'see the row'}).first().click();
  check((await clerk.locator('tr.hb-fired#fired').innerText()).includes('fired on P-001'), 'a reason leads to the row that fired');
  await clerk.locator('summary', {hasText: 'Why the other rows did not fire'}).click();
  const whyNot = await clerk.locator('main details li').allInnerTexts();
  check(whyNot.length + 2 === await clerk.locator('main table tbody tr').count() && whyNot.every(row => /should be|fits too/.test(row)),
        `each other row says why it did not fire: ${whyNot.join(' | ').slice(0, 300)}`);
  const box = await clerk.locator('.hb-summary').innerText();
  check(box.includes('20 seconds'), 'a page says how to read it');
  await clerk.click('.hb-summary button');
  check(clerk.url().includes('/rulebook/') && await clerk.locator('.hb-summary').count() === 0, 'closed, the box stays closed');
  await clerk.goto(`${base}/en/help`);
  await clerk.click('main form button');
  await clerk.goto(of);
  check(await clerk.locator('.hb-summary').count() === 1, 'and can be shown again');

  const counsel = await signIn('counsel');
  await visit(counsel, '/en/people/P-001');
  check((await counsel.locator('#missing').count()) === 1, 'counsel finds what is missing');
  const missing = await counsel.locator('section', {has: counsel.locator('#missing')}).innerText();
  check(/\?/.test(missing) && missing.length > 200, 'as questions, with what can establish each');
  if (shots) await counsel.screenshot({path: join(shots, 'person.png')});
  await accessible(counsel, 'person');
  await keyboard('person', isAll ? 500 : 40);
  await otherForms('person');

  const family = await open({viewport: {width: 390, height: 844}, locale: 'es-SV'});
  await family.goto(`${base}/es/locate`);
  await family.fill('#who', 'Ana Exemplo Inventada');
  await family.fill('#born', '1990-02-03');
  await family.fill('#country', 'VEN');
  await family.fill('#token', /token: (\S+)/.exec(said)[1]);
  await family.click('main button[type=submit]');
  check((await family.locator('.usa-summary-box').innerText()).includes('CECOT'), 'a family with a token learns the place, one letter wrong');
  if (shots) await family.screenshot({path: join(shots, 'locate.png')});
  await accessible(family, 'locate, answered');
  await keyboard('locate, answered', 40);

  const budget = await signIn('budget');
  check(budget.url().endsWith('/money'), 'a budget office begins at the money');
  const claim = budget.locator('tr', {hasText: 'making our entire prison system sustainable'}).first();
  check((await claim.innerText()).includes('REFUTED'), 'whether the fee sustains the prisons stands beside the sentence');
  if (shots) await budget.screenshot({path: join(shots, 'money.png')});
  await accessible(budget, 'money');
  await keyboard('money', 40);
  await otherForms('money');

  const auditor = await signIn('auditor');
  await visit(auditor, '/en/audit');
  check((await auditor.locator('main').innerText()).includes('P-001'), 'the auditor sees who opened P-001');
  await accessible(auditor, 'audit');
}

// From the page a role begins at, by links and buttons that stand on it alone, at most three clicks to each answer.
async function threeClicks() {
  const walk = async (name, what, steps, answer) => {
    const page = await signIn(name);
    check(steps.length <= 3, `${what}: ${steps.length} clicks`);
    for (const step of steps) await Promise.all([page.waitForNavigation(), page.locator(step).first().click()]);
    const words = await page.locator('main').innerText();
    check(answer.every(one => one.test(words)), `${what}, as ${name}: ${page.url()} ${words.slice(0, 200)}`);
    return page;
  };
  await walk('clerk', 'who may not be sent and why', ['main a[href*="/lists/L-"]', 'table.hb-list tbody tr:has-text("BARRED") a'],
             [/BARRED\. This transfer must not take place/, /1\. .* · bar/]);
  await walk('counsel', 'what is missing for one person', ['main a[href*="/people/"]'], [/What is missing/, /questions without an established answer/]);
  await walk('officer', 'where one person is', ['main a[href*="/register/people/"]'], [/since \d+ \w+ 2025/, /Answerable: /, /Last seen in person: /]);
  await walk('inspector', 'where one person is', ['main a[href*="/register/people/"]'], [/since \d+ \w+ 2025/, /Answerable: /]);
  await walk('budget', 'whether the fee sustains the prisons', [], [/making our entire prison system sustainable.*REFUTED/s]);
  const check3 = await walk('auditor', 'whether the register was altered', ['nav.hb-nav a[href$="/register"]', 'main a[href$="/register/check"]', 'main form button'],
                            [/Unaltered/, /does not show that what was recorded is true/]);
  await accessible(check3, 'register checked');
}

// A slider moves its field, and the page says at once that these are no longer the file's values.
async function ownValues() {
  const budget = await signIn('budget', {javaScriptEnabled: true});
  await visit(budget, '/en/money');
  await budget.click('summary:has-text("Run it with")');
  const mark = budget.locator('#own-values'), slider = budget.locator('input[type=range]').first();
  const field = slider.locator('xpath=following-sibling::input');
  check(!await mark.isVisible() && await field.inputValue() === '', 'the file\'s values stand at first');
  await slider.press('ArrowRight');
  check(Number(await field.inputValue()) > 0 && await mark.isVisible(), 'a slider fills its field, and the values are marked as the reader\'s own');
  await accessible(budget, 'money, own values');
  await field.fill('');
  check(!await mark.isVisible(), 'emptied, the file\'s stand again');
}

// What the page of the demonstration promises stands where it says.
async function promises() {
  const anybody = await open();
  await anybody.goto(`${base}/en/demo`);
  const token = /token: (\S+)/.exec(said)[1], sentences = await anybody.locator('main ol q').allInnerTexts();
  await accessible(anybody, 'demo');
  await keyboard('demo', 30);
  const clerk = await signIn('clerk'), counsel = await signIn('counsel'), budget = await signIn('budget');
  await clerk.goto(`${base}/en/people/P-001`);
  await counsel.goto(`${base}/en/people/P-001`);
  await budget.goto(`${base}/en/money`);
  const family = await open();
  await family.goto(`${base}/en/locate`);
  for (const [field, value] of [['who', 'Ana Ejemplo Inventada'], ['born', '1990-02-03'], ['country', 'VEN'], ['token', token]])
    await family.fill(`#${field}`, value);
  await family.click('main button[type=submit]');
  check(sentences.length === 5, `five sentences: ${sentences}`);
  for (const [page, sentence] of [[clerk, sentences[0]], [counsel, sentences[1]], [family, sentences[2]], [budget, sentences[3]]])
    check((await page.locator('main').innerText()).includes(sentence), `"${sentence}" stands on ${page.url()}`);

  // The auditor takes an entry, its proof and the keys; the copy with one byte changed is found out.
  const auditor = await signIn('auditor');
  await visit(auditor, '/en/register/events/3');
  await accessible(auditor, 'entry');
  const files = {};
  for (const [name, words] of [['proof', 'The proof'], ['entry', 'The entry'], ['altered', 'one byte changed'], ['keys', 'The keys']]) {
    const [file] = await Promise.all([auditor.waitForEvent('download'), auditor.locator('main a', {hasText: words}).first().click()]);
    files[name] = readFileSync(await file.path());
  }
  check(files.entry.length === files.altered.length && files.entry.filter((byte, i) => byte !== files.altered[i]).length === 1, 'one byte is changed');
  const verify = await open({javaScriptEnabled: true});
  for (const [entry, word] of [[files.entry, 'PROVED'], [files.altered, sentences[4]]]) {
    await verify.goto(`${base}/en/verify`);
    await verify.setInputFiles('#proof', [{name: 'entry-3.tlog-proof', mimeType: 'text/plain', buffer: files.proof},
                                          {name: 'entry-3.tlog-proof.entry', mimeType: 'text/plain', buffer: entry}]);
    await verify.setInputFiles('#keys', {name: 'policy', mimeType: 'text/plain', buffer: files.keys});
    await verify.click('button[type=submit]');
    await verify.waitForFunction(() => /ALTERED|cannot|not /.test(document.getElementById('answer').textContent) &&
                                       !document.getElementById('answer').textContent.includes('Nothing was checked')).catch(() => {});
    const answer = await verify.locator('#answer').innerText();
    check(answer.startsWith(word), `the check says ${word}: ${answer.slice(0, 90)}`);
  }
}

// A new clerk: sends in a list with three mistakes, mends them, opens the first UNRESOLVED person,
// adds a document (the standing changes, the verdict stays), and prints the sheet.
async function newClerk() {
  const clerk = await signIn('clerk'), folder = join(root, 'examples/first-list');
  const list = readFileSync(join(folder, 'list.ndjson'), 'utf8'), documents = readFileSync(join(folder, 'documents.ndjson'), 'utf8');
  const send = async (text, papers) => {
    await visit(clerk, '/en/lists/new');
    await clerk.setInputFiles('#list', {name: 'list.ndjson', mimeType: 'application/json', buffer: Buffer.from(text)});
    await clerk.setInputFiles('#documents', {name: 'documents.ndjson', mimeType: 'application/json', buffer: Buffer.from(papers)});
    await clerk.click('main button[type=submit]');
  };
  await send(list, documents);
  const errors = await clerk.locator('main').innerText();
  check(errors.includes('Nothing was saved. 3 errors') && await clerk.locator('tbody tr').count() === 3, 'three mistakes, each at its row');
  for (const help of ['line 2', 'line 3', 'line 4', 'did you mean "nationality"', 'yes, no, or unknown'])
    check(errors.includes(help), `and what to do: ${help}`);
  await accessible(clerk, 'errors of a list');
  const [csv] = await Promise.all([clerk.waitForEvent('download'), clerk.click('main button:has-text("Download the errors")')]);
  const rows = readFileSync(await csv.path(), 'utf8').split('\n');
  check(rows.length === 5 && rows[0].startsWith('line,column,') && rows[1].startsWith('2,'), `the errors as a file: ${rows}`);
  const mended = list.replace('F-1/pasaporte', 'F-1/passport').replace('"nationalty"', '"nationality"').replace('"value": "pending"', '"value": "yes"');
  await send(mended, documents);
  check(/\/lists\/L-/.test(clerk.url()), `the mended list is taken: ${clerk.url()}`);
  await clerk.locator('table.hb-list tbody tr', {hasText: 'UNRESOLVED'}).locator('a').first().click();
  const standing = async () => {
    const text = await clerk.locator('section', {has: clerk.locator('#missing')}).innerText();
    return text.split('\n').find(line => line.includes('identity_match')) ?? '';
  };
  const before = await standing(), verdict = await clerk.locator('.verdict').innerText();
  check(clerk.url().endsWith('/people/F-2') && before.length > 0, `the first unresolved person and a question: ${before.slice(0, 80)}`);
  const more = mended.replace('"facts": {"nationality": {"value": ["SLV"]', '"facts": {"identity_match": {"value": "document", "evidence": ["F-2/match"]}, "nationality": {"value": ["SLV"]');
  await send(more, documents + '{"id": "F-2/match", "kind": "agency_record", "issuer": "agency", "date": "2025-03-12", "title": "fingerprint comparison"}\n');
  await visit(clerk, '/en/people/F-2');
  check(await standing() !== before, `one more document changes the standing: ${await standing()}`);
  check(await clerk.locator('.verdict').innerText() === verdict, 'and the verdict stays');
  await accessible(clerk, 'person sent in');
  await otherForms('person sent in');
  const second = await signIn('second');
  await visit(second, '/en/people/F-2');
  await visit(second, '/en/second-check');
  await accessible(second, 'second check');
}

// Without the right token the answers to a hit and to a miss have one size.
async function equalAnswers() {
  const sizes = new Set();
  for (const who of ['Ana Ejemplo Inventada', 'Nadie Conocido Alguno', 'DEMO-1']) {
    const page = await open();
    await page.goto(`${base}/en/locate`);
    await page.fill('#who', who);
    await page.fill('#born', '1990-02-03');
    await page.fill('#country', 'VEN');
    const [answer] = await Promise.all([page.waitForNavigation(), page.click('main button[type=submit]')]);
    sizes.add((await answer.body()).length);
    check(!(await page.locator('main').innerText()).includes('CECOT'), `${who}: no place for the public`);
  }
  check(sizes.size === 1, `hit and miss have one size: ${[...sizes]}`);
}

async function refusals() {
  const budget = await signIn('budget');
  await visit(budget, '/en/register', 403);
  await visit(budget, '/en/people/P-001', 404);
  await visit(budget, '/en/people/NOBODY', 404);
  check((await budget.locator('h1').count()) === 1, 'a refusal is a page');
  const nobody = await open();
  await nobody.goto(`${base}/en/lists`);
  check(nobody.url().includes('sign-in'), 'nobody sees a list without signing in');
  const consulate = await signIn('consulate');
  if (await visit(consulate, '/en/people/P-001')) {
    const words = await consulate.locator('main').innerText();
    check(!words.includes('withholding') && !words.includes('wh-grant-live'), 'confidential reasons never reach a consulate');
  }
}

// An officer signs in the browser with a key file; nothing of the key is in what is sent.
async function signing() {
  const clerk = await signIn('clerk', {javaScriptEnabled: true});
  await visit(clerk, '/en/record/NoticeGiven?person=P-002');
  await clerk.selectOption('#authority', 'ICE');
  await clerk.fill('#to', 'family');
  await clerk.fill('#language', 'es');
  await accessible(clerk, 'saying what happened');
  await clerk.click('main form.usa-form button[type=submit]');
  await clerk.waitForSelector('#sign-here:not([hidden])');
  await accessible(clerk, 'signing');
  const sent = [];
  clerk.on('request', request => sent.push(request.postData() || ''));
  const secret = readFileSync(join(demo, 'demo/ICE.key'), 'utf8').trim();
  const reader = await signIn('clerk', {javaScriptEnabled: true});
  await visit(reader, '/en/register');
  check(/As of entry \d+, /.test(await reader.locator('#live').innerText()), 'a page of the register says of which entry it is');
  let cookies = 0;
  reader.on('request', async request => { cookies += (await request.allHeaders()).cookie ? 1 : 0; });
  await clerk.setInputFiles('#key', join(demo, 'demo/DGCP.key'));
  await clerk.locator('#sign-said', {hasText: 'another authority'}).waitFor();
  await clerk.setInputFiles('#key', join(demo, 'demo/ICE.key'));
  await clerk.locator('#sign-said', {hasText: 'Signed'}).waitFor();
  await clerk.click('main form[enctype] button[type=submit]');
  check((await clerk.locator('h1').innerText()) === 'Recorded', 'signed in the browser, it is recorded');
  const news = async (what, words) => {
    await reader.evaluate(() => dispatchEvent(new Event('focus')));
    check(await reader.waitForFunction(words => document.querySelector('#live strong').textContent.startsWith(words), words, {polling: 100}).catch(() => null), what);
  };
  await news('an open page says that the register has grown', 'New entries since this page was made: ');
  check(cookies === 0, 'asked as nobody');
  await reader.context().setOffline(true);
  await news('and when the server is not reached', 'No connection.');
  await reader.setViewportSize({width: 320, height: 800});
  check(await reader.locator('.usa-pagination__next-page').isVisible(), 'on a phone too a table leads on to its next rows');
  check(sent.length > 0 && !sent.some(body => body.includes(secret.split('+').pop())), 'the key is never sent');
  await accessible(clerk, 'recorded');
  if (!isAll) return;  // each is visited as its role in the long tests
  for (const [name, paths] of [['officer', ['/en/handovers', '/es/record/HandedOver', '/es/register', '/en/alarms', '/es/me']], ['health', ['/en/health']],
                               ['second', ['/en/second-check']], ['operator', ['/en/admin/keys', '/en/admin/state']], ['witness', ['/en/cosign']],
                               ['counsel', ['/es/people/P-001/documents', '/en/export']], ['author', ['/en/compare']]]) {
    const page = await signIn(name);
    for (const path of paths) {
      if (!await visit(page, path)) continue;
      await whole(page, path);
      await accessible(page, `${name} ${path}`);
    }
  }
}

// A family follows a link with its token behind #, which no request carries.
async function familyToken() {
  const page = await open({javaScriptEnabled: true, viewport: {width: 390, height: 844}});
  const token = /token: (\S+)/.exec(said)[1];
  page.on('request', request => check(!request.url().includes(token), 'no address that is sent holds the token'));
  await page.goto(`${base}/es/sign-in/token#${token}`);
  check((await page.inputValue('#token')) === token, 'the token is in its field');
  await page.fill('#born', '1990-02-03');
  await page.fill('#country', 'VEN');
  await accessible(page, 'sign-in by token');
  await page.click('main button[type=submit]');
  check(page.url().endsWith('/whereabouts') && (await page.locator('.usa-summary-box').innerText()).includes('CECOT'), 'and tells where the person is');
  await whole(page, 'whereabouts');
  await accessible(page, 'whereabouts');
}

// The start page of each role and every page its navigation leads to.
async function everyRole(options, language, label) {
  const roles = isAll ? said.split('\n').filter(l => /^\S+\s+[a-z_]+\s+[A-Z2-7]{32}/.test(l.trim())).map(l => l.trim().split(/\s+/)[0])
                      : ['officer', 'inspector', 'ministry'];
  for (const role of roles) {
    const page = await signIn(role, options);
    const links = await page.locator('nav.hb-nav a').evaluateAll(all => all.map(a => a.getAttribute('href'))).catch(async () =>
      Promise.all((await page.locator('nav.hb-nav a').all()).map(a => a.getAttribute('href'))));
    for (const link of links) {
      const path = link.replace(/^\/en\//, `/${language}/`);
      if (path.endsWith('/verify')) continue;
      const what = `${role} ${path} ${label}`;
      if (!await visit(page, path)) continue;
      await whole(page, what);
      await accessible(page, what);
    }
    await page.context().close();
  }
}

async function verifyPage() {
  const page = await open({javaScriptEnabled: true});
  await page.goto(`${base}/en/verify`);
  check((await page.locator('h1').innerText()).includes('altered'), 'the verify page opens');
  await accessible(page, 'verify');
}

server.on("exit", (code, signal) => { if (!process.exitCode) console.log(`server ended: ${code} ${signal}\n${said.slice(-600)}`); });
try {
  await started();
  await firstTenMinutes();
  await threeClicks();
  await ownValues();
  await promises();
  await newClerk();
  await equalAnswers();
  await refusals();
  await signing();
  await familyToken();
  await verifyPage();
  await everyRole({}, 'en', '');
  if (isAll) {
    await everyRole({}, 'es', 'es');
    await everyRole({viewport: {width: 320, height: 800}}, 'en', 'phone');
    scheme = 'dark';
    await everyRole({colorScheme: 'dark'}, 'en', 'dark');
  }
} catch (error) {
  failed++;
  console.log(error.stack);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(demo, {recursive: true, force: true});
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
