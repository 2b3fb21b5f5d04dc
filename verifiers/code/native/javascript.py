"""JavaScript: the programs for node that call a candidate (`CALLER`, as `box/calls.py` for Python) or print values.

Values are written in the encoding of `box/values.py`.
"""

ENCODE = r"""function encode(x, depth = 0) {
  if (depth > 100) throw new Error('too deep');
  if (x === undefined || x === null) return null;
  if (typeof x === 'number') return Number.isFinite(x) ? x : {n: Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf'};
  if (typeof x === 'string' || typeof x === 'boolean') return x;
  if (typeof x === 'bigint') return {i: (x < 0n ? '-0x' + (-x).toString(16) : '0x' + x.toString(16))};
  if (Array.isArray(x)) return Array.from(x, y => encode(y, depth + 1));
  if (x instanceof Set) return {s: [...x].map(y => encode(y, depth + 1))};
  if (x instanceof Map) return {t: ['Map', {d: [...x].map(([k, v]) => [encode(k, depth + 1), encode(v, depth + 1)])}]};
  if (typeof x === 'object' && Object.prototype.toString.call(x) === '[object Object]')  // true of class instances, not of promises
    return {d: Object.entries(x).map(([k, v]) => [k, encode(v, depth + 1)])};
  return {o: typeof x};
}
"""

SCRIPT = r"""
// Rewrites a module as a script: imports become calls of require, exports are removed, so its names are global.
function script(text) {
  const braces = names => names.replace(/\bas\b/g, ':');
  return text
    .replace(/^import\s*['"]([^'"\n]+)['"];?/gm, "require('$1');")
    .replace(/^import\s+\*\s*as\s+(\w+)\s+from\s*['"]([^'"\n]+)['"];?/gm, "const $1 = require('$2');")
    .replace(/^import\s+(\w+)\s+from\s*['"]([^'"\n]+)['"];?/gm, "const $1 = require('$2');")
    .replace(/^import\s*(\{[^}'"]{0,2000}\})\s*from\s*['"]([^'"\n]+)['"];?/gm,
      (_, names, from) => `const ${braces(names)} = require('${from}');`)
    .replace(/^export\s*\{[^}]{0,2000}\}\s*;?/gm, '')
    .replace(/^export\s+default\s+(?=(?:async\s+)?(?:function\b\*?\s*\w|class\s+\w))/gm, '')
    .replace(/^export\s+default\s+/gm, 'module.exports = ')
    .replace(/^export\s+(?=(?:async|function|class|const|let|var)\b)/gm, '');
}
"""

CALLER = (
    r"""
const fs = require('fs'), vm = require('vm');
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const write = fs.writeSync, out = 1;
console.log = console.info = console.debug = () => {};
const record = (n, d) => write(out, '\n' + job.nonce + ' ' + n + ' ' + JSON.stringify(d) + '\n');
const error = e => [String(e && e.name), String(e && e.message).slice(0, 300), 0];
function decode(x) {
  if (Array.isArray(x)) return x.map(decode);
  if (x === null || typeof x !== 'object') return x;
  if ('d' in x) return Object.fromEntries(x.d.map(([k, v]) => [decode(k), decode(v)]));
  if ('n' in x) return {nan: NaN, inf: Infinity, '-inf': -Infinity}[x.n];
  if ('s' in x || 'f' in x) return new Set((x.s || x.f).map(decode));
  if ('i' in x) return BigInt(x.i);
  return (x.t || x.b || []).map(decode);
}
"""
    + ENCODE
    + SCRIPT
    + r"""let entry;
try {
  globalThis.require = require; globalThis.module = {exports: {}}; globalThis.exports = globalThis.module.exports;
  vm.runInThisContext((job.context ? job.context + '\n' : '') + script(job.source), {filename: 'solution.js'});
  const own = /^[A-Za-z_$][\w$.]*$/.test(job.entry) ? job.entry : '';
  try { entry = vm.runInThisContext(own); } catch (e) { entry = globalThis.module.exports[own]; }
  if (typeof entry !== 'function') throw new ReferenceError(job.entry + ' is not a function');
} catch (e) { record('load', error(e)); process.exit(0); }
for (const [n, [args, kwargs]] of job.calls.entries()) {
  let data;
  try { data = {v: encode(entry(...decode(args)))}; } catch (e) { data = {e: error(e)}; }
  record(n, data);
  if (job.stop && 'e' in data) break;
}
process.exit(0);
"""
)

PRINTER = (
    r"""
const fs = require('fs'), vm = require('vm');
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const write = fs.writeSync, json = JSON.stringify;
"""
    + ENCODE
    + SCRIPT
    + r"""
globalThis.require = require; globalThis.module = {exports: {}}; globalThis.exports = globalThis.module.exports;
vm.runInThisContext(script(job.source), {filename: 'solution.js'});
if (job.candidate) vm.runInThisContext('var candidate = ' + job.candidate + ';');
if (job.setup) vm.runInThisContext(job.setup);
job.values.forEach((text, n) => write(1, '\n' + job.nonce + ' ' + n + ' ' + json(encode(vm.runInThisContext('(' + text + ')'))) + '\n'));
process.exit(0);
"""
)
