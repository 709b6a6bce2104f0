import { useState } from 'preact/hooks';

/** A body of a call, as the control API takes it. */
export function JsonForm(props: { label: string; example: string; button: string; send: (body: unknown) => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  return (
    <>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          const body = parsedForm(text);
          setProblem(body instanceof Error ? body.message : '');
          if (!(body instanceof Error)) props.send(body);
        }}
      >
        <input
          class="mono long"
          aria-label={props.label}
          placeholder={props.example}
          required
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button class="button" type="submit">
          {props.button}
        </button>
      </form>
      {problem !== '' && <p class="bad-text">{problem}</p>}
    </>
  );
}

function parsedForm(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
