import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError, MOCK, request } from '../api/client.js';
import { lineOf, scanJson } from '../lib/json-text.js';
import { type Completion, completionsAt, type Schema } from '../lib/schema.js';
import { Button } from '../parts/button.js';

interface EditorProps {
  text: string;
  /** Sends the JSON; the problems that it throws are shown beside the lines. */
  onSave: (value: unknown) => Promise<void>;
  onCancel: () => void;
}

/** Edits a segment as JSON: with the fields of the schema to choose from, and the server's problems beside the lines. */
export function Editor({ text: initial, onSave, onCancel }: EditorProps) {
  const [text, setText] = useState(initial);
  const [offset, setOffset] = useState(-1);
  const [problems, setProblems] = useState<string[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const complete = useCompletions();
  const { lines, caret } = useMemo(() => scanJson(text, offset), [text, offset]);
  const choices = caret === undefined ? [] : complete(caret);
  const rows = text.split('\n').length;
  const save = () => void submit(text, onSave).then(setProblems);
  const look = ({ currentTarget: { value, selectionStart } }: { currentTarget: HTMLTextAreaElement }) => {
    setText(value);
    setOffset(selectionStart);
  };
  const take = ({ text: word }: Completion) => {
    const field = area.current;
    if (caret === undefined || field === null) return;
    const isKey = caret.key === undefined;
    const colon = isKey ? (/^\s*:\s*/.exec(text.slice(caret.end))?.[0].length ?? 0) : 0;
    // Set it in the field immediately, so that the next typed character comes after the word.
    field.setRangeText(isKey ? `${word}: ` : word, caret.start, caret.end + colon, 'end');
    field.focus();
    look({ currentTarget: field });
  };
  const rowOf = (problem: string) => lineOf(lines, problem.split(':')[0] ?? '');
  const badRows = new Set(problems.map(rowOf));
  return (
    <div>
      <div class="editor">
        <Gutter rows={rows} badRows={badRows} />
        <textarea
          ref={area}
          aria-label="Definition as JSON"
          spellcheck={false}
          wrap="off"
          rows={rows}
          value={text}
          onInput={look}
          onKeyUp={look}
          onClick={look}
          onKeyDown={(event) => {
            const [first] = choices;
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
            else if (event.key === 'Tab' && !event.shiftKey && first !== undefined && caret?.prefix !== '') take(first);
            else return;
            event.preventDefault();
          }}
        />
        <Notes problems={problems} rowOf={rowOf} />
      </div>
      <Completions choices={choices} onTake={take} />
      <div class="buttons">
        <Button kind="primary" onClick={save} children="Save" />
        <Button onClick={onCancel}>Cancel</Button>
        <span class="unit">Tab completes a word, Ctrl+Enter saves</span>
      </div>
    </div>
  );
}

function Completions({ choices, onTake }: { choices: readonly Completion[]; onTake: (choice: Completion) => void }) {
  return (
    <div class="completions" role="group" aria-label="Completions">
      {choices.slice(0, 12).map((choice) => (
        <button type="button" class="chip" key={choice.text} title={choice.about} onClick={() => onTake(choice)}>
          {choice.text.replaceAll('"', '')}
        </button>
      ))}
    </div>
  );
}

function Gutter({ rows, badRows }: { rows: number; badRows: ReadonlySet<number> }) {
  return (
    <ol class="gutter" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <li key={row} class={badRows.has(row) ? 'bad-text' : ''}>
          {row + 1}
        </li>
      ))}
    </ol>
  );
}

/** The problems, each beside its line. */
function Notes({ problems, rowOf }: { problems: readonly string[]; rowOf: (problem: string) => number }) {
  if (problems.length === 0) return null;
  return (
    <ol class="notes" aria-live="assertive">
      {problems.map((problem) => (
        <li key={problem} style={{ gridRow: rowOf(problem) + 1 }}>
          <span class="hidden">Line {rowOf(problem) + 1}: </span>
          {problem}
        </li>
      ))}
    </ol>
  );
}

/** Saves, or shows each problem with its path. */
async function submit(text: string, onSave: EditorProps['onSave']): Promise<string[]> {
  try {
    await onSave(JSON.parse(text));
    return [];
  } catch (error) {
    return error instanceof ApiError
      ? error.problems.map(({ message }) => message)
      : [String(error).replace(/^\w+: /, '$: ')];
  }
}

interface Document {
  components: { schemas: Record<string, Schema> };
}
let apiDocument: Promise<Document> | undefined;

/** The schema of segments, from the API document, read when an editor opens. */
function useCompletions() {
  const [document, setDocument] = useState<Document>();
  useEffect(() => {
    apiDocument ??= request({ method: 'GET', path: new URL('openapi.json', MOCK).href }).then(
      (response) => response.json() as Promise<Document>,
    );
    apiDocument.then(setDocument, () => (apiDocument = undefined));
  }, []);
  const parts = document?.components.schemas ?? {};
  return (caret: Parameters<typeof completionsAt>[2]) => completionsAt(parts['SegmentInput'] ?? {}, parts, caret);
}
