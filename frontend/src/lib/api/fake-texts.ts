/** What the scripted models say: invented, and rich in what an answer may hold (headings, tables, code, maths). */

const FORMULA = '### Formula\n\n$$t_n = \\min(\\mathrm{cap},\\ \\mathrm{base} \\cdot 2^n)$$\n\n$$w_n \\sim U(0,\\ t_n)$$\n\n';
const TABLE =
  '| Try | Ceiling | Mean wait |\n| --- | ---: | ---: |\n| 1 | 0.2 s | 0.1 s |\n| 2 | 0.4 s | 0.2 s |\n| 3 | 0.8 s | 0.4 s |\n| 4 | 1.6 s | 0.8 s |\n| 5 | 3.2 s | 1.6 s |\n\n';
const CODE =
  '```python\ndef charge(send, key, deadline=4.0):\n    """Tries a charge until it works, its tries are used up or time is over."""\n    start = time.monotonic()\n    for n in range(5):\n        reply = send(idempotency_key=key)\n        if reply.status not in RETRIABLE:\n            return reply\n        wait = random.uniform(0, min(5.0, 0.2 * 2**n))\n        if time.monotonic() - start + wait > deadline:\n            break\n        time.sleep(wait)\n    raise GaveUp(key)\n```\n\n';
const MISTAKES =
  '### Two mistakes\n\n1. **A new key for each try.** The second call is then a second payment, and the shopper is charged twice.\n2. **Retries in several layers.** Three tries in each of three layers are 27 calls to a service that is already down.\n\n';

export const POLICY = {
  plain: `Retry only what is safe to repeat. Give every checkout attempt **one idempotency key** and send the same key on each try.\n\n${FORMULA}Full jitter spreads the clients out, so they do not all come back in the same instant.\n\n### Delays\n\nWith \`base\` 200 ms and \`cap\` 5 s:\n\n${TABLE}### Code\n\n${CODE}${MISTAKES}Measure the share of calls that needed a second try. When it stays above one in twenty, the policy hides a fault that somebody should repair. Send that figure to the team that owns the payments service, with the request ids of the slowest calls.\n\nAn answer that comes after the shopper has left helps nobody: keep the deadline shorter than their patience, which is about four seconds on a phone.`,
  table: `A retry policy for payments needs three limits: **how often**, **how long** and **what** may be retried.\n\n${FORMULA}### Delays\n\nThere are four waits between five tries:\n\n${TABLE}If each try fails with probability $p$, the expected number of calls is $\\frac{1 - p^5}{1 - p}$.\n\n${CODE}${MISTAKES}`,
  code: `Short version: **full jitter, five tries, one deadline**. A checkout page has a person waiting, so the deadline matters more than the number of tries.\n\n${FORMULA}### Delays for five tries\n\nFive tries have four waits. Base 0.2 s, cap 5 s:\n\n${TABLE}### Python\n\n${CODE}### What to retry\n\n- a timeout, a refused connection, 429, 502, 503 and 504\n- nothing else: a 400 will be a 400 again, and a 402 is an answer\n\n${MISTAKES}Above all, honour \`Retry-After\` when the server sends it: it knows its own load better than any formula.`,
  /** What plain says, with a paragraph elsewhere, other words and other lines of code. */
  revised: `Retry only what is safe to repeat. Give every payment attempt **one idempotency key** and send the same key on every try.\n\nMeasure the share of calls that needed a second try. When it stays above one in twenty, the policy hides a fault that somebody should repair. Send that figure to the team that owns the payments service, with the request ids of the slowest calls.\n\n${FORMULA}### Delays\n\nWith \`base\` 200 ms and \`cap\` 5 s, five tries have four waits:\n\n${TABLE.replace('| 5 | 3.2 s | 1.6 s |\n', '').replace('Mean wait', 'Mean')}### Code\n\n${CODE.replace('deadline=4.0', 'deadline=3.0').replace('idempotency_key=key', 'key, timeout=2')}${MISTAKES}An answer that comes after the shopper has left helps nobody: keep the deadline shorter than their patience, which is about four seconds on a phone.`,
  short: `Use full jitter with five tries and one deadline.\n\n${TABLE}${MISTAKES}`,
};

export const REASONING = {
  long: 'The question wants a formula, a table, a function and two mistakes. Base of 200 ms, cap of 5 s. Five tries have only four waits, because nothing is waited for after the last one. They ask for delays for five tries, so that should be said plainly. For jitter, compare equal and full: full jitter has the lower total load. Then the mistakes: the double charge comes first. The second is either no budget or retries in several layers; the layers are seen more often in reviews, so take that one. The function should be short, so no class and no decorator. A deadline is needed since a person waits. Is the random source good enough? For spreading load it is. The table can give the ceiling and the mean, which is half of it. Keep the words short, and put the idempotency key first since it matters most of all.',
  short: 'They need four parts. Keep it brief: formula, table, code, mistakes. A person is waiting at the checkout, so a deadline matters more than the number of tries. Full jitter is the usual choice. Five tries give four waits. Mention the idempotency key, and that 4xx answers except 429 are final.',
};

export const SHORT = 'Blue.';

export const TICKET =
  '```json\n{\n  "product": "invoicing",\n  "severity": 2,\n  "sentiment": "frustrated",\n  "summary": "PDF export fails for invoices over 40 lines since Tuesday"\n}\n```\n';
