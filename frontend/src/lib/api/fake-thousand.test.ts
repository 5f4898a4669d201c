import { expect, it } from 'vitest';

import { ModelSearch } from '../state/model-search';
import { endpoints } from './fake-library';

it('has a thousand models, each with a name of its own, and all are found', () => {
  const models = endpoints('thousand').flatMap((endpoint) => endpoint.models);
  expect(models).toHaveLength(1000);
  expect(new Set(models.map((model) => `${model.endpoint}/${model.id}`)).size).toBe(1000);
  const search = new ModelSearch(endpoints('thousand'));
  for (const model of models) expect(search.find(model.id).map((found) => found.model.id), model.id).toContain(model.id);
});
