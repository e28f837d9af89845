import { describe, expect, it } from 'vitest';
import { barOf } from '../../../../webview/chat/window/parts.ts';
import { bounded, withScaling } from '../../../../webview/chat/window/scaling.ts';
import type { Gauge, WindowControls } from '../../../../webview/protocol/chatWindow.ts';
import { VALUE_BOUNDS } from '../../../../webview/protocol/windowBounds.ts';
import { controls as plain } from '../../chatScenes.ts';

const gauge: Gauge = {
  segments: [
    { segment: 'message', tokens: 100 },
    { segment: 'system', tokens: 20 },
    { segment: 'history', tokens: 0 },
    { segment: 'reserve', tokens: 80 },
  ],
  window: 400,
  trained: 400,
  supported: 400,
  cacheBytes: 0,
  leftOut: [],
  problem: '',
};

describe('barOf', () => {
  it('orders the parts, leaves out what takes nothing, and ends with what is free', () => {
    const bar = barOf(gauge);
    expect(bar.parts.map(({ name, tokens }) => [name, tokens])).toEqual([
      ['system', 20],
      ['message', 100],
      ['reserve', 80],
      ['free', 200],
    ]);
    expect(bar).toMatchObject({ used: 200, length: 400, trainedAt: undefined, windowAt: undefined });
    expect(bar.parts.at(-1)?.share).toBe(0.5);
  });

  it('marks where training ends in a larger window', () => {
    expect(barOf({ ...gauge, window: 1_000, trained: 250 }).trainedAt).toBe(0.25);
    expect(barOf({ ...gauge, trained: 0 }).trainedAt).toBeUndefined();
    expect(barOf({ ...gauge, window: 1_000, supported: 500 })).toMatchObject({ trainedAt: 0.4, supportedAt: 0.5 });
    expect(barOf({ ...gauge, window: 1_000, supported: 0 }).supportedAt).toBeUndefined();
  });

  it('is as long as the message needs, if that is more than the window', () => {
    const bar = barOf({ ...gauge, window: 100, trained: 100 });
    expect(bar).toMatchObject({ used: 200, length: 200, windowAt: 0.5, trainedAt: 0.5 });
    expect(bar.parts.map(({ name }) => name)).not.toContain('free');
  });

  it('is drawn even without a token', () => {
    expect(barOf({ ...gauge, segments: [], window: 0 })).toMatchObject({ parts: [], used: 0, length: 1 });
  });
});

const controls: WindowControls = { ...plain, window: 8_192, unscaled: 2_048 };

describe('withScaling', () => {
  it('begins with a factor that reaches the window', () => {
    expect(withScaling({ ...controls, scaling: 'none' }, 'yarn')).toMatchObject({ scaling: 'yarn', scalingValue: 4 });
    expect(withScaling({ ...controls, scaling: 'none', unscaled: 16_384 }, 'linear').scalingValue).toBe(1);
  });

  it('keeps a factor, but not as a base', () => {
    const yarn = { ...controls, scaling: 'yarn', scalingValue: 3 } as const;
    expect(withScaling(yarn, 'ntk').scalingValue).toBe(3);
    expect(withScaling(yarn, 'base').scalingValue).toBe(500_000);
    expect(withScaling({ ...yarn, scaling: 'base', scalingValue: 1e6 }, 'yarn').scalingValue).toBe(4);
    expect(withScaling({ ...yarn, scaling: 'base', scalingValue: 1e6 }, 'base').scalingValue).toBe(1e6);
  });

  it('does not begin with a value that the extension would refuse', () => {
    expect(withScaling({ ...controls, scaling: 'none', unscaled: 100 }, 'yarn').scalingValue).toBe(VALUE_BOUNDS.factor.most);
    expect(withScaling({ ...controls, scaling: 'yarn', scalingValue: 100, unscaled: 4_096 }, 'ntk').scalingValue).toBe(2);
    expect(withScaling({ ...controls, scaling: 'base', scalingValue: 1e12 }, 'base').scalingValue).toBe(500_000);
  });

  it('leaves the value where there is none', () => {
    expect(withScaling({ ...controls, scaling: 'yarn', scalingValue: 3 }, 'own')).toEqual({ scaling: 'own' });
  });
});

describe('bounded', () => {
  const bounds = { least: 1, most: 10 };

  it('holds a number within its bounds', () => {
    expect(['5', '0', '11', '1e99'].map((typed) => bounded(typed, bounds))).toEqual([5, 1, 10, 10]);
  });

  it('refuses what is no number', () => {
    expect(['', ' ', 'a', '1,5', 'Infinity'].map((typed) => bounded(typed, bounds))).toEqual(Array(5).fill(undefined));
  });
});
