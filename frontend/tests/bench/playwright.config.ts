import base from '../../playwright.config';

// Measurements: one at a time, with their own names, so that `make test` never runs them.
export default { ...base, testDir: '.', outputDir: '../../test-results', testMatch: '**/*.bench.ts', timeout: 300_000, reporter: [['line']] as [['line']], use: { ...base.use, trace: 'off' as const } };
