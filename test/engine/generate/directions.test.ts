import { expect, it } from 'vitest';
import { steeringOf } from '../../../engine/generate/directions.ts';
import { steeringRows } from '../../../engine/runtime/steering.ts';

const model = { layers: 3, hiddenSize: 2 };
const one = { hiddenSize: 2, directions: new Map([[1, Float32Array.of(3, 4)]]) };
const two = { hiddenSize: 2, directions: new Map([...one.directions, [2, Float32Array.of(0, 2)]]) };
const rows = (vector: typeof one, mode: 'add' | 'project', coefficient: number) =>
  steeringRows(model, steeringOf(vector, model, { mode, coefficient }));
const numbers = (values: readonly number[]) => Float32Array.from(values);

it('directions are added after their own layers', () => {
  const { read, write, offset } = rows(two, 'add', 2) ?? {};
  expect([...(read ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
  expect(write).toEqual(numbers([0, 0, 6, 8, 0, 4]));
  expect(offset).toBe(1);
});

it('a single direction is projected out after every layer, several after their own', () => {
  expect(rows(one, 'project', 0.5)).toEqual({
    read: numbers([0.6, 0.8, 0.6, 0.8, 0.6, 0.8]),
    write: numbers([-0.3, -0.4, -0.3, -0.4, -0.3, -0.4]),
    offset: 0,
  });
  expect(rows(two, 'project', 1)?.read).toEqual(numbers([0, 0, 0.6, 0.8, 0, 1]));
});

it('nothing changes at coefficient 0, or without directions', () => {
  expect(rows(two, 'add', 0)).toBeUndefined();
  expect(rows({ hiddenSize: 2, directions: new Map([[1, new Float32Array(2)]]) }, 'add', 1)).toBeUndefined();
});

it('directions of another model are refused', () => {
  expect(() => steeringOf(one, { layers: 3, hiddenSize: 4 }, { mode: 'add', coefficient: 1 })).toThrow(/found in this model/);
  expect(() => steeringOf(two, { layers: 2, hiddenSize: 2 }, { mode: 'add', coefficient: 1 })).toThrow(/reach to layer 2/);
});
