/** The votes that need to be put together first. */
export type Choice = 'tie' | 'rank';
