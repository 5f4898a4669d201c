import type { ExportFormat, ExtentView } from '../../lib/api';
import { things } from '../../lib/format/things';

export const FORMATS: { value: ExportFormat; label: string; about: string }[] = [
  { value: 'html', label: 'Report', about: 'One page to send or to print. It holds no script and loads nothing.' },
  { value: 'md', label: 'Markdown', about: 'A document with all texts as they are.' },
  { value: 'csv', label: 'Table', about: 'CSV with a row for each answer, for a spreadsheet.' },
  { value: 'jsonl', label: 'JSON Lines', about: 'Everything there is, with requests, timings, votes and files. Can be imported again.' },
];

/** What a file of this format will hold, in a list. */
export function contents(extent: ExtentView, format: ExportFormat): string[] {
  const out = [`${things(extent.runs, 'answer')} with figures and where these come from`];
  if (extent.votes > 0) out.push(`${things(extent.votes, 'vote')}, stars, notes and tags`);
  if (extent.attachments > 0) out.push(`${things(extent.attachments, 'attached file')}${format === 'jsonl' ? '' : ', by name only'}`);
  return out;
}

/** What is left out, in a sentence; empty when nothing is. */
export function leftOut({ blind, going }: ExtentView): string {
  const out: string[] = [];
  if (blind > 0) out.push(`${things(blind, 'comparison')} still blind: vote or reveal first.`);
  if (going > 0) out.push(`${things(going, 'comparison')} still going on.`);
  return out.length === 0 ? '' : `Left out: ${out.join(' ')}`;
}
