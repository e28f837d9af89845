/** VS Code's own themes, and what may be wrong with a page in one of them. */
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { axeFindings } from '../webview/axe.ts';
import { type OwnWindow, writeSettings } from './ownWindow.ts';

/** VS Code's own themes, and the class that each gives to the bodies of pages. */
export const THEMES = [
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
  ['Default Dark Modern', 'vscode-dark'],
  ['Default Light Modern', 'vscode-light'],
] as const;

/** Switches VS Code to a theme, and waits until a page has it. */
export async function chooseTheme(
  { folder }: OwnWindow,
  page: Frame,
  [theme, className]: (typeof THEMES)[number],
): Promise<void> {
  await writeSettings(path.join(folder, 'workspace'), { 'workbench.colorTheme': theme });
  await page.locator(`body.${className}`).waitFor();
}

/** What axe-core finds in a page with all that it can unfold, what reaches over its border, and what of its plots can hardly be seen. */
export async function faultsIn(page: Frame): Promise<string[]> {
  const open = (isOpen: boolean) =>
    page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = ${isOpen};`);
  await open(true);
  const wide = await overflowing(page);
  const found = [...(await axeFindings(page)), ...wide.map((each) => `not wide enough for ${each}`)];
  await open(false);
  return [...found, ...(await faintIn(page))];
}

/**
 * Lines of plots, their legend and parts of bars that stand out from what they are drawn on by less than 3 : 1 (WCAG 2.2, 1.4.11). Nothing
 * is drawn where a bar is free.
 */
function faintIn(page: Frame): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const drawn = (...colors) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of colors) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const below = (element) => {
      const color = getComputedStyle(element).backgroundColor;
      return drawn(color)[3] === 255 || element === document.body ? color : below(element.parentElement);
    };
    const contrast = (color, under) => {
      const [high, low] = [luminance(drawn(under, color)), luminance(drawn(under))].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    };
    const colors = [
      ...[...document.querySelectorAll('.plot svg [stroke^="var("]:not([stroke="var(--outline)"])')].map((each) => [each.getAttribute('stroke'), each, 'stroke']),
      ...[...document.querySelectorAll('.legend i')].map((each) => [each.parentElement.textContent, each, 'color']),
      ...[...document.querySelectorAll('.bar > span:not(.of-free)')].map((each) => [each.className, each, 'backgroundColor']),
    ];
    const faint = colors.flatMap(([name, element, property]) => {
      const style = getComputedStyle(element);
      if (property === 'backgroundColor' && style.backgroundImage !== 'none') return [];
      if (style[property] === 'none') return [name + ' has no colour'];
      const ratio = contrast(style[property], below(element.parentElement));
      return ratio < 3 ? [name + ' stands out by ' + ratio.toFixed(1) + ' : 1'] : [];
    });
    return [...new Set(faint)];
  })()`);
}

/** Elements that reach beyond the page and are not inside a scrollable element. */
function overflowing(page: Frame): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth + 1);
    return [scrollWidth + ' px: ' + wide.slice(0, 5).map((each) => each.tagName + '.' + each.className).join(', ')];
  })()`);
}
