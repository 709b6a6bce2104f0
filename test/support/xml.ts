export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
}

const ELEMENT = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/y;

/** The elements of an XML document, outermost first. Throws if it is not well-formed XML 1.0 (the part that we write). */
export function elementsOf(xml: string): XmlElement[] {
  // eslint-disable-next-line no-control-regex -- what XML 1.0 excludes
  const bad = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml);
  if (bad !== null) throw new Error(`U+${bad[0].charCodeAt(0).toString(16)} at ${bad.index} is not a character of XML`);
  const elements: XmlElement[] = [];
  const open: string[] = [];
  let at = /^<\?xml [^?]*\?>\s*/.exec(xml)?.[0].length ?? 0;
  while (at < xml.length) {
    ELEMENT.lastIndex = at;
    const [whole, closing, name = '', attributes = '', empty] = ELEMENT.exec(xml) ?? [];
    if (whole === undefined) {
      const text = /^[^<]*/.exec(xml.slice(at))?.[0] ?? '';
      if (
        text === '' ||
        /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)|\]\]>/i.test(text) ||
        (open.length === 0 && text.trim() !== '')
      )
        throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 40)}`);
      at += text.length;
      continue;
    }
    at += whole.length;
    if (closing === '/') {
      const opened = open.pop();
      if (opened !== name) throw new Error(`</${name}> closes <${opened}>`);
      continue;
    }
    elements.push({ name, attributes: attributesOf(attributes) });
    if (empty !== '/') open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> not closed`);
  return elements;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    unescaped(value),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(#\d+|\w+);/g, (_whole, name: string) =>
    name.startsWith('#') ? String.fromCharCode(Number(name.slice(1))) : (NAMED[name] ?? ''),
  );
}
