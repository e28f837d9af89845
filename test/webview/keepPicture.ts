import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** Pixels of a picture per pixel of the page, so that text is sharp on any screen. */
const SCALE = 2;
/** Number of colours of a picture: panels have few, which makes the file a third as large. */
const COLOURS = 96;

/**
 * Saves a picture of a page as a small PNG.
 * @param height in CSS pixels
 * @param y top of the picture
 */
export async function keepPicture(page: Page, file: string, height: number, y = 0): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 0 };
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { clip: { x: 0, y, width, height, scale: SCALE } });
  await session.detach();
  await sharp(Buffer.from(data, 'base64')).png({ palette: true, colours: COLOURS, effort: 10 }).toFile(file);
}
