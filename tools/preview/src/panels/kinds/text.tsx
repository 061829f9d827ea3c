// Text, by Grafana's renderer of markdown.
import { renderTextPanelMarkdown, textUtil } from '@grafana/data';
import { interpolate } from '../../variables';
import type { PanelProps } from '../panel';

export function TextPanel({ panel, height }: PanelProps) {
    const { mode = 'markdown', content = '' } = panel.options ?? {};
    if (mode === 'code') return <pre style={{ height }}>{interpolate(content)}</pre>;
    const text = interpolate(content, 'html');
    const html = mode === 'markdown' ? renderTextPanelMarkdown(text) : textUtil.sanitizeTextPanelContent(text);
    const inside = { __html: html };
    return <div className="markdown-html" style={{ height, overflow: 'hidden' }} dangerouslySetInnerHTML={inside} />;
}
