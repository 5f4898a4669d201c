/** The pages of the window. */
export type Section = 'compare' | 'history' | 'models' | 'settings';
