// Start-up and memory of the window beside an empty Wails window, in turns on the same display. Start-up is the time from
// the start of the process until the window is on the screen; memory is the proportional set size of the process with all
// its children, three seconds later.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 5;

function children(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch { /* it ended meanwhile */ }
  }
  const all = [pid];
  for (let grew = true; grew; ) {
    grew = false;
    for (const [child, parent] of parents) {
      if (all.includes(parent) && !all.includes(child)) { all.push(child); grew = true; }
    }
  }
  return all;
}

function megabytes(pid) {
  let kb = 0;
  for (const p of children(pid)) {
    try {
      kb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${p}/smaps_rollup`, 'utf8'))[1]);
    } catch { /* it ended meanwhile */ }
  }
  return kb / 1024;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function once(binary, title) {
  const home = mkdtempSync(join(tmpdir(), 'bakeoff-bench-'));
  const env = { PATH: process.env.PATH, DISPLAY: process.env.DISPLAY, XAUTHORITY: process.env.XAUTHORITY, NO_AT_BRIDGE: '1', HOME: home,
    XDG_DATA_HOME: home, XDG_CACHE_HOME: home, BAKEOFF_DATA_DIR: join(home, 'bakeoff'), OLLAMA_HOST: '127.0.0.1:1' };
  const began = performance.now();
  const child = spawn(binary, [], { env, stdio: 'ignore' });
  const gone = new Promise((done) => child.once('exit', done));
  let shown = 0;
  while (shown === 0 && performance.now() - began < 20_000) {
    const found = spawnSync('xdotool', ['search', '--onlyvisible', '--name', `^${title}$`], { env });
    if (found.status === 0) shown = performance.now() - began;
  }
  await sleep(3000);
  const memory = megabytes(child.pid);
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(5000).then(() => child.kill('SIGKILL'))]);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  return { shown, memory };
}

const median = (v) => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)];
const runs = { empty: [], bakeoff: [] };
for (let i = 0; i <= RUNS; i++) {
  for (const [name, title] of [['empty', 'Empty'], ['bakeoff', 'Bakeoff']]) {
    const binary = name === 'empty' ? 'build/bin/emptywindow' : 'build/bin/bakeoff';
    const figures = await once(binary, title);
    if (i > 0) runs[name].push(figures); // the first turn warms the disk
  }
}
const at = (name, key) => median(runs[name].map((r) => r[key]));
for (const [key, unit, goal] of [['shown', 'ms to the window', 1.5], ['memory', 'MB at rest', 1.25]]) {
  const [empty, ours] = [at('empty', key), at('bakeoff', key)];
  console.log(`${unit.padEnd(18)} empty ${empty.toFixed(0).padStart(5)}  bakeoff ${ours.toFixed(0).padStart(5)}  ratio ${(ours / empty).toFixed(2)} (goal ${goal})`);
}
