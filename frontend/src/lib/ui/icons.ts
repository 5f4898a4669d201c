import arrowDown from 'lucide-static/icons/arrow-down.svg?raw';
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw';
import arrowRight from 'lucide-static/icons/arrow-right.svg?raw';
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw';
import audioLines from 'lucide-static/icons/audio-lines.svg?raw';
import award from 'lucide-static/icons/award.svg?raw';
import binary from 'lucide-static/icons/binary.svg?raw';
import bookmark from 'lucide-static/icons/bookmark.svg?raw';
import bookMarked from 'lucide-static/icons/book-marked.svg?raw';
import braces from 'lucide-static/icons/braces.svg?raw';
import brain from 'lucide-static/icons/brain.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw';
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw';
import chevronRight from 'lucide-static/icons/chevron-right.svg?raw';
import chevronsDown from 'lucide-static/icons/chevrons-down.svg?raw';
import circleAlert from 'lucide-static/icons/circle-alert.svg?raw';
import circleCheck from 'lucide-static/icons/circle-check.svg?raw';
import circleStop from 'lucide-static/icons/circle-stop.svg?raw';
import clock from 'lucide-static/icons/clock.svg?raw';
import cloud from 'lucide-static/icons/cloud.svg?raw';
import coins from 'lucide-static/icons/coins.svg?raw';
import columns2 from 'lucide-static/icons/columns-2.svg?raw';
import columns3 from 'lucide-static/icons/columns-3.svg?raw';
import copy from 'lucide-static/icons/copy.svg?raw';
import copyPlus from 'lucide-static/icons/copy-plus.svg?raw';
import cornerDownRight from 'lucide-static/icons/corner-down-right.svg?raw';
import database from 'lucide-static/icons/database.svg?raw';
import download from 'lucide-static/icons/download.svg?raw';
import ellipsis from 'lucide-static/icons/ellipsis.svg?raw';
import equal from 'lucide-static/icons/equal.svg?raw';
import externalLink from 'lucide-static/icons/external-link.svg?raw';
import eye from 'lucide-static/icons/eye.svg?raw';
import eyeOff from 'lucide-static/icons/eye-off.svg?raw';
import fileCode from 'lucide-static/icons/file-code.svg?raw';
import fileDiff from 'lucide-static/icons/file-diff.svg?raw';
import fileText from 'lucide-static/icons/file-text.svg?raw';
import flaskConical from 'lucide-static/icons/flask-conical.svg?raw';
import gripVertical from 'lucide-static/icons/grip-vertical.svg?raw';
import heart from 'lucide-static/icons/heart.svg?raw';
import history from 'lucide-static/icons/history.svg?raw';
import house from 'lucide-static/icons/house.svg?raw';
import image from 'lucide-static/icons/image.svg?raw';
import info from 'lucide-static/icons/info.svg?raw';
import key from 'lucide-static/icons/key.svg?raw';
import keyboard from 'lucide-static/icons/keyboard.svg?raw';
import layoutGrid from 'lucide-static/icons/layout-grid.svg?raw';
import link from 'lucide-static/icons/link.svg?raw';
import list from 'lucide-static/icons/list.svg?raw';
import listOrdered from 'lucide-static/icons/list-ordered.svg?raw';
import lock from 'lucide-static/icons/lock.svg?raw';
import lockOpen from 'lucide-static/icons/lock-open.svg?raw';
import maximize2 from 'lucide-static/icons/maximize-2.svg?raw';
import memoryStick from 'lucide-static/icons/memory-stick.svg?raw';
import messageSquarePlus from 'lucide-static/icons/message-square-plus.svg?raw';
import minus from 'lucide-static/icons/minus.svg?raw';
import monitor from 'lucide-static/icons/monitor.svg?raw';
import moon from 'lucide-static/icons/moon.svg?raw';
import notebookPen from 'lucide-static/icons/notebook-pen.svg?raw';
import paperclip from 'lucide-static/icons/paperclip.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import plug from 'lucide-static/icons/plug.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import receiptText from 'lucide-static/icons/receipt-text.svg?raw';
import rectangleVertical from 'lucide-static/icons/rectangle-vertical.svg?raw';
import refreshCw from 'lucide-static/icons/refresh-cw.svg?raw';
import reply from 'lucide-static/icons/reply.svg?raw';
import rotateCcw from 'lucide-static/icons/rotate-ccw.svg?raw';
import scale from 'lucide-static/icons/scale.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import searchX from 'lucide-static/icons/search-x.svg?raw';
import server from 'lucide-static/icons/server.svg?raw';
import settings from 'lucide-static/icons/settings.svg?raw';
import share from 'lucide-static/icons/share.svg?raw';
import shield from 'lucide-static/icons/shield.svg?raw';
import skipForward from 'lucide-static/icons/skip-forward.svg?raw';
import slidersHorizontal from 'lucide-static/icons/sliders-horizontal.svg?raw';
import square from 'lucide-static/icons/square.svg?raw';
import star from 'lucide-static/icons/star.svg?raw';
import sun from 'lucide-static/icons/sun.svg?raw';
import table2 from 'lucide-static/icons/table-2.svg?raw';
import tag from 'lucide-static/icons/tag.svg?raw';
import timer from 'lucide-static/icons/timer.svg?raw';
import trash2 from 'lucide-static/icons/trash-2.svg?raw';
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw';
import undo2 from 'lucide-static/icons/undo-2.svg?raw';
import unplug from 'lucide-static/icons/unplug.svg?raw';
import wallet from 'lucide-static/icons/wallet.svg?raw';
import wrench from 'lucide-static/icons/wrench.svg?raw';
import x from 'lucide-static/icons/x.svg?raw';
import zap from 'lucide-static/icons/zap.svg?raw';

const RAW = {
  'arrow-down': arrowDown,
  'arrow-left': arrowLeft,
  'arrow-right': arrowRight,
  'arrow-up': arrowUp,
  'audio-lines': audioLines,
  award,
  binary,
  bookmark,
  'book-marked': bookMarked,
  braces,
  brain,
  check,
  'chevron-down': chevronDown,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  'chevrons-down': chevronsDown,
  'circle-alert': circleAlert,
  'circle-check': circleCheck,
  'circle-stop': circleStop,
  clock,
  cloud,
  coins,
  'columns-2': columns2,
  'columns-3': columns3,
  copy,
  'copy-plus': copyPlus,
  'corner-down-right': cornerDownRight,
  database,
  download,
  ellipsis,
  equal,
  'external-link': externalLink,
  eye,
  'eye-off': eyeOff,
  'file-code': fileCode,
  'file-diff': fileDiff,
  'file-text': fileText,
  'flask-conical': flaskConical,
  'grip-vertical': gripVertical,
  heart,
  history,
  house,
  image,
  info,
  key,
  keyboard,
  'layout-grid': layoutGrid,
  link,
  list,
  'list-ordered': listOrdered,
  lock,
  'lock-open': lockOpen,
  'maximize-2': maximize2,
  'memory-stick': memoryStick,
  'message-square-plus': messageSquarePlus,
  minus,
  monitor,
  moon,
  'notebook-pen': notebookPen,
  paperclip,
  pause,
  pencil,
  play,
  plug,
  plus,
  'receipt-text': receiptText,
  'rectangle-vertical': rectangleVertical,
  'refresh-cw': refreshCw,
  reply,
  'rotate-ccw': rotateCcw,
  scale,
  search,
  'search-x': searchX,
  server,
  settings,
  share,
  shield,
  'skip-forward': skipForward,
  'sliders-horizontal': slidersHorizontal,
  square,
  star,
  sun,
  'table-2': table2,
  tag,
  timer,
  'trash-2': trash2,
  'triangle-alert': triangleAlert,
  'undo-2': undo2,
  unplug,
  wallet,
  wrench,
  x,
  zap,
} as const;

/** The icons of the house, by their Lucide names. */
export type IconName = keyof typeof RAW;

const drawn = new Map<IconName, DocumentFragment>();

/** The shapes inside an icon's 24 by 24 box, a copy for each place: a list has hundreds of them. Without inserting HTML. */
export function shapes(name: IconName): Node {
  let made = drawn.get(name);
  if (made === undefined) drawn.set(name, (made = draw(RAW[name])));
  return made.cloneNode(true);
}

function draw(svg: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const inside = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1);
  for (const [, tag = '', text = ''] of inside.matchAll(/<([a-z]+)\s([^>]*?)\/>/g)) {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [, key = '', value = ''] of text.matchAll(/([\w-]+)="([^"]*)"/g)) shape.setAttribute(key, value);
    fragment.append(shape);
  }
  return fragment;
}
