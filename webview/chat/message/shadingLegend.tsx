import { usePanel } from '../panel.ts';

/** What the shades of answers mean. */
export function ShadingLegend() {
  const { texts } = usePanel();
  return (
    <p class="note shades" title={texts.shadeNote}>
      {texts.shadeLegend} <span class="doubt-low">{texts.shadeLow}</span> <span class="doubt-lowest">{texts.shadeLowest}</span>
      <span class="unseen">{texts.shadeNote}</span>
    </p>
  );
}
