// The dashboard's variables, and text with variables in it.
import { textUtil } from '@grafana/data';
import { input } from './input';

interface Variable {
    text: string[];
    value: string[];
}

const list = (given: unknown): string[] =>
    (Array.isArray(given) ? given : [given ?? '']).map((each) => (each === '$__all' ? 'All' : String(each)));

const known = new Map<string, Variable>();
for (const variable of input.dashboard.templating?.list ?? []) {
    const chosen = input.answers.variables?.[variable.name] ?? variable.current ?? {};
    const value = chosen.value ?? variable.query;
    known.set(variable.name, { text: list(chosen.text ?? value), value: list(value) });
}

/** What the head shows of a variable. */
export const chosenText = (name: string) => known.get(name)?.text.join(' + ') ?? '';

const FORMATS: Record<string, (variable: Variable, name: string) => string> = {
    text: ({ text }) => text.join(' + '),
    raw: ({ value }) => value.join(','),
    html: ({ value }) => textUtil.escapeHtml(value.join(', ')),
    json: ({ value }) => JSON.stringify(value.length === 1 ? value[0] : value),
    percentencode: ({ value }) => encodeURIComponent(value.length === 1 ? value[0] : `{${value.join(',')}}`),
    queryparam: ({ value }, name) => value.map((each) => `var-${name}=${encodeURIComponent(each)}`).join('&'),
};

const PLACE = /\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)\]\]/g;

/** Text with variables replaced, in a format of Grafana's where they name none; what is no variable stays. */
export function interpolate(text: string | undefined, format = 'raw'): string {
    return (text ?? '').replace(PLACE, (all, braced, named, plain, old) => {
        const name = braced ?? plain ?? old;
        const variable = known.get(name);
        return variable ? (FORMATS[named ?? format] ?? FORMATS.raw)(variable, name) : all;
    });
}

/** As Grafana's own functions call it: scoped variables are not used here. */
export const replaceVariables = ((text: string) => interpolate(text)) as any;
